/** How values are written, the same everywhere. A value that nobody told is a dash. */

const NONE = "–";

export function dbm(value: number | null | undefined): string {
  return value == null ? NONE : `${minus(value)} dBm`;
}

/** A whole number with a true minus sign. */
export function minus(value: number): string {
  return Math.round(value).toString().replace("-", "−");
}

export function withUnit(value: number | null | undefined, unit: string): string {
  return value == null ? NONE : `${minus(value)} ${unit}`;
}

/** A data rate: `130 Mb/s`. */
export function rate(kbps: number | null | undefined): string {
  if (kbps == null) return NONE;
  const mbps = kbps / 1000;
  return `${mbps >= 100 ? Math.round(mbps) : Number(mbps.toPrecision(2))} Mb/s`;
}

/** `850 m`, `3.2 km` */
export function distance(metres: number | null | undefined): string {
  if (metres == null) return NONE;
  return metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1)} km`;
}

const UNITS: [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** The two largest units: `3 d 4 h`, `12 min`, `8 s`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  const at = UNITS.findIndex(([unit]) => seconds >= unit);
  const [unit, name] = UNITS[at] ?? [1, "s"];
  const count = Math.floor(seconds / unit);
  const next = UNITS[at + 1];
  const rest = next ? Math.floor((seconds % unit) / next[0]) : 0;
  // Below an hour, and from ten on, the smaller unit is noise.
  if (!next || rest === 0 || unit < 3_600 || count >= 10) return `${count} ${name}`;
  return `${count} ${name} ${rest} ${next[1]}`;
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export function clock(time: string | number): string {
  return TIME.format(new Date(time));
}

export function fullTime(time: string | number): string {
  return DATE_TIME.format(new Date(time));
}

export function day(time: string | number): string {
  return DATE.format(new Date(time));
}

/** 3 sites, 1 site */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}
