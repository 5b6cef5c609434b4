/** Something that changes and that components can follow with `useSyncExternalStore`. */
export class Followed {
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
