const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** How far back a chart goes. */
export interface Range {
  name: string;
  seconds: number;
}

export const RANGES = [
  { name: "1 h", seconds: HOUR_S },
  { name: "6 h", seconds: 6 * HOUR_S },
  { name: "24 h", seconds: DAY_S },
  { name: "7 d", seconds: 7 * DAY_S },
  { name: "30 d", seconds: 30 * DAY_S },
  { name: "90 d", seconds: 90 * DAY_S },
] as const satisfies readonly Range[];

/** The starts of this week and of the weeks before it, latest first; weeks begin on Monday. */
export function weekStarts(now: Date, count: number): Date[] {
  const monday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7));
  return Array.from(
    { length: count },
    (_, weeks) => new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() - 7 * weeks),
  );
}
