import { useSyncExternalStore } from "react";

const TICK_MS = 1_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= begin();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function begin(): ReturnType<typeof setInterval> {
  now = Date.now();
  return setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
}

/** What is read from the clock, anew when that changes: one timer for the whole page. */
export function useNow<T>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(now));
}
