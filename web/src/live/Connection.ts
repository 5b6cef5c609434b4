import { Followed } from "./Followed";

/** How the live connection is. `since` tells when it was lost. */
export type ConnectionState =
  | { readonly is: "connecting" }
  | { readonly is: "open" }
  | { readonly is: "lost"; readonly since: number }
  | { readonly is: "refused"; readonly why: string };

/** The state of the live connection, for all who show something live. */
export class Connection extends Followed {
  #state: ConnectionState = { is: "connecting" };

  readonly state = (): ConnectionState => this.#state;

  opened(): void {
    this.#become({ is: "open" });
  }

  lost(): void {
    if (this.#state.is === "connecting" || this.#state.is === "open") this.#become({ is: "lost", since: Date.now() });
  }

  refused(why: string): void {
    this.#become({ is: "refused", why });
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.changed();
  }
}
