const NATURAL = new Intl.Collator(undefined, { numeric: true });
let ranks = new Map<string, number>();

/**
 * The places of names in their natural order, `cpe-2` before `cpe-10`. They are found once and kept:
 * tables are put in order several times a second, and to compare numbers costs next to nothing.
 */
export function rankOf(names: readonly string[]): (name: string) => number {
  if (names.some((name) => !ranks.has(name))) {
    const all = [...new Set([...ranks.keys(), ...names])].sort((one, other) => NATURAL.compare(one, other));
    ranks = new Map(all.map((name, rank) => [name, rank]));
  }
  return (name) => ranks.get(name) ?? 0;
}
