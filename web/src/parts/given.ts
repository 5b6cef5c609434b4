/** What was typed into a form, as the API wants it: null clears a value. */

export function textOf(typed: string): string | null {
  return typed.trim() || null;
}

export function numberOf(typed: string): number | null {
  return typed.trim() === "" ? null : Number(typed);
}
