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

/** Holds the tenant's latest link events, and where the feed goes on after an outage. */
export class EventFeed extends Followed {
  #shown: Events = { rows: [], gapAt: null };
  #cursor: string | null = null;

  readonly events = (): Events => this.#shown;

  /** Behind which event the feed goes on. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** What happened before the feed began, newest first. */
  begin(rows: readonly EventRow[], cursor: string | null): void {
    this.#cursor = cursor;
    this.#shown = { rows: rows.slice(0, KEPT), gapAt: null };
    this.changed();
  }

  add(event: EventRow): void {
    this.#cursor = event.cursor;
    if (this.#shown.rows.some(({ id }) => id === event.id)) return;
    this.#shown = { ...this.#shown, rows: [event, ...this.#shown.rows].slice(0, KEPT) };
    this.changed();
  }

  /** What is known of the time before the feed went on; events that came meanwhile stay in front. */
  fill(rows: readonly EventRow[]): void {
    const has = new Set(this.#shown.rows.map(({ id }) => id));
    const before = rows.filter(({ id }) => !has.has(id));
    this.#shown = { ...this.#shown, rows: [...this.#shown.rows, ...before].slice(0, KEPT) };
    this.changed();
  }

  /** Events are missing: what is shown goes, for nobody knows what came in between. */
  reset(cursor: string): void {
    this.#cursor = cursor;
    this.#shown = { rows: [], gapAt: Date.now() };
    this.changed();
  }
}
