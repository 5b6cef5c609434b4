import { useCallback, type KeyboardEvent, type RefObject } from "react";
import type { Line } from "./arrange";

/** How far each key moves; a page is twenty lines. */
const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 20,
  PageUp: -20,
  Home: -Infinity,
  End: Infinity,
};

/** So many frames a table may take to scroll to a line and to draw it. */
const FRAMES = 30;

/** The line is drawn once the table has scrolled. */
function focusWhenDrawn(find: () => HTMLElement | null | undefined, frames: number): void {
  requestAnimationFrame(() => {
    const line = find();
    if (line) line.focus();
    else if (frames > 0) focusWhenDrawn(find, frames - 1);
  });
}

/** Moves the focus from line to line with the arrow keys, also to lines not drawn yet. */
export function useLineFocus(
  scroller: RefObject<HTMLDivElement | null>,
  lines: readonly Line[],
  scrollTo: (index: number) => void,
): (event: KeyboardEvent) => void {
  return useCallback(
    (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      const from = event.target instanceof HTMLElement ? event.target.dataset["line"] : undefined;
      if (step === undefined || from === undefined) return;
      event.preventDefault();
      const to = Math.min(lines.length - 1, Math.max(0, Number(from) + step));
      scrollTo(to);
      focusWhenDrawn(() => scroller.current?.querySelector<HTMLElement>(`[data-line="${to}"]`), FRAMES);
    },
    [scroller, lines, scrollTo],
  );
}
