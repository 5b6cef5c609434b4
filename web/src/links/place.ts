import type { CSSProperties } from "react";

/** Where a line stands: which it is, counted from 0, and how far down. */
export interface Place {
  index: number;
  top: number;
}

/** What a line's element needs to stand there. The head is row 1 of the table. */
export function placed({ index, top }: Place): { "aria-rowindex": number; style: CSSProperties } {
  return { "aria-rowindex": index + 2, style: { transform: `translateY(${top}px)` } };
}
