import type uPlot from "uplot";
import type { Colours } from "./useColours";

/** Draws a point only where no line is drawn: at a value between two that are not known. */
export const ALONE: uPlot.Series.Points = {
  show: true,
  size: 5,
  filter: (chart, series) => {
    const values = Array.from(chart.data[series] ?? []);
    return values.flatMap((value, at) =>
      value != null && values[at - 1] == null && values[at + 1] == null ? [at] : [],
    );
  },
};

const FONT = "12px Inter, system-ui, sans-serif";

/** For each distance between two ticks, in seconds: how its times are written, and what is added where a day or a year begins. 24 hours. */
const [MINUTE, HOUR, DAY, YEAR] = [60, 3_600, 86_400, 365 * 86_400];
const TIMES: uPlot.Axis.DynamicValues | (string | number | null)[][] = [
  [YEAR, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * DAY, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [DAY, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [HOUR, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [MINUTE, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
];

/** The axes of a chart: time below, values with their unit at the left. */
export function axes(colours: Colours, write: (value: number) => string): uPlot.Axis[] {
  const look = {
    stroke: colours["ink-soft"],
    font: FONT,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  return [
    { ...look, grid: { show: false }, values: TIMES },
    { ...look, size: 72, values: (_, values) => values.map(write) },
  ];
}
