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

/** The axes of a chart: time below, values with their unit at the left. */
export function axes(colours: Colours, write: (value: number) => string): uPlot.Axis[] {
  const look = {
    stroke: colours["ink-soft"],
    font: FONT,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  return [
    { ...look, grid: { show: false } },
    { ...look, size: 72, values: (_, values) => values.map(write) },
  ];
}
