import type { LinkRowFragment } from "../gql/graphql";
import { Followed } from "./Followed";

export type LinkRow = LinkRowFragment;

/** All links of the tenant as they were last told, and whether that is still so. */
export interface Links {
  readonly rows: readonly LinkRow[];
  /** Whether everything was told once; before that an empty table says nothing. */
  readonly complete: boolean;
  /** False while changes may be missing: show what is here as out of date. */
  readonly current: boolean;
  /** Why it cannot be had at all. */
  readonly refusal: string | null;
}

const NOTHING: Links = { rows: [], complete: false, current: false, refusal: null };
/** Changes come in bursts, one for each AP polled; the screen follows a few times a second. */
const SHOW_EVERY_MS = 250;

/**
 * Holds the links that `linkUpdates` tells. After a reconnect rows stay on view as out of date
 * until the new snapshot is complete, and only then go those that it lacks.
 */
export class LinkStore extends Followed {
  #told = new Map<string, LinkRow>();
  #snapshot: Map<string, LinkRow> | null = null;
  #shown: Links = NOTHING;
  #isCurrent = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly links = (): Links => this.#shown;

  link(id: string): LinkRow | null {
    return this.#told.get(id) ?? null;
  }

  /** A new snapshot begins. */
  begin(): void {
    this.#snapshot = new Map();
    this.outdated();
  }

  put(links: readonly LinkRow[]): void {
    const into = this.#snapshot ?? this.#told;
    for (const link of links) into.set(link.id, link);
    if (!this.#snapshot) this.#showSoon();
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#told.delete(id);
      this.#snapshot?.delete(id);
    }
    this.#showSoon();
  }

  /** All was told, and is current. */
  ready(): void {
    if (this.#snapshot) this.#told = this.#snapshot;
    this.#snapshot = null;
    this.#isCurrent = true;
    this.#show();
  }

  /** Changes may be missing from here on. */
  outdated(): void {
    if (!this.#isCurrent) return;
    this.#isCurrent = false;
    this.#show();
  }

  refused(why: string): void {
    this.#isCurrent = false;
    this.#shown = { ...this.#shown, current: false, refusal: why };
    this.changed();
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => { this.#show(); }, SHOW_EVERY_MS);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shown = {
      rows: [...this.#told.values()],
      complete: this.#shown.complete || this.#isCurrent,
      current: this.#isCurrent,
      refusal: null,
    };
    this.changed();
  }
}
