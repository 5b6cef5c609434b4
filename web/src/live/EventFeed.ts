import type { LinkEventRowFragment } from "../gql/graphql";
import { Followed } from "./Followed";

export type EventRow = LinkEventRowFragment;

/** The latest events, newest first. */
export interface Events {
  readonly rows: readonly EventRow[];
  /** When the feed had to begin anew: between the last event seen before and then, some may be missing. */
  readonly gapAt: number | null;
}

const KEPT = 200;
/** When an AP falls silent or a network is new, hundreds come in a second: the screen follows slower. */
const SHOW_EVERY_MS = 250;

/** Holds the tenant's latest link events, and where the feed goes on after an outage. */
export class EventFeed extends Followed {
  #shown: Events = { rows: [], gapAt: null };
  #cursor: string | null = null;
  /** Not shown yet, oldest first. */
  #waiting: EventRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly events = (): Events => this.#shown;

  /** Behind which event the feed goes on. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** What happened before the feed began, newest first. */
  begin(rows: readonly EventRow[], cursor: string | null): void {
    this.#cursor = cursor;
    this.#waiting = [];
    this.#show(rows, null);
  }

  add(event: EventRow): void {
    this.#cursor = event.cursor;
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => { this.#show(this.#shown.rows, this.#shown.gapAt); }, SHOW_EVERY_MS);
  }

  /** What is known of the time before the feed went on; events that came meanwhile stay in front. */
  fill(rows: readonly EventRow[]): void {
    this.#show([...this.#shown.rows, ...rows], this.#shown.gapAt);
  }

  /** Events are missing: what is shown goes, for nobody knows what came in between. */
  reset(cursor: string): void {
    this.#cursor = cursor;
    this.#waiting = [];
    this.#show([], Date.now());
  }

  /** Those that wait come before `rows`; none is shown twice. */
  #show(rows: readonly EventRow[], gapAt: number | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const latest = this.#waiting.slice(-KEPT).reverse();
    this.#waiting = [];
    const each = new Map([...latest, ...rows].map((event) => [event.id, event]));
    this.#shown = { rows: [...each.values()].slice(0, KEPT), gapAt };
    this.changed();
  }
}
