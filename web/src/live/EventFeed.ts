import type { LinkEventRowFragment } from "../gql/graphql";
import { Followed } from "./Followed";

export type EventRow = LinkEventRowFragment;

/** The latest events, newest first. */
export interface Events {
  readonly rows: readonly EventRow[];
  /** When events before the oldest shown, or between two, could not be had. */
  readonly gap: boolean;
}

const KEPT = 200;

/** Holds the tenant's latest link events, and where the feed goes on after an outage. */
export class EventFeed extends Followed {
  #shown: Events = { rows: [], gap: false };
  #cursor: string | null = null;

  readonly events = (): Events => this.#shown;

  /** Behind which event the feed goes on. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** What happened before the feed began, newest first. */
  begin(rows: readonly EventRow[], cursor: string | null): void {
    this.#cursor = cursor;
    this.#shown = { rows: rows.slice(0, KEPT), gap: false };
    this.changed();
  }

  add(event: EventRow): void {
    this.#cursor = event.cursor;
    this.#shown = { ...this.#shown, rows: [event, ...this.#shown.rows].slice(0, KEPT) };
    this.changed();
  }

  /** Events are missing: what is shown goes, for nobody knows what came in between. */
  reset(cursor: string): void {
    this.#cursor = cursor;
    this.#shown = { rows: [], gap: true };
    this.changed();
  }
}
