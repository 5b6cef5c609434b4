import { useCallback, useMemo } from "react";
import type uPlot from "uplot";
import type { BucketFragment } from "../gql/graphql";
import { dbm } from "../parts/format";
import { ALONE, axes } from "./axes";
import { Chart } from "./Chart";
import type { Colours } from "./useColours";

interface Props {
  buckets: readonly BucketFragment[];
  /** Below this a link is degraded, in dBm. */
  threshold: number;
}

/** The signal at the AP: average, between weakest and strongest, over the threshold. */
export function SignalChart({ buckets, threshold }: Props) {
  const data = useMemo<uPlot.AlignedData>(
    () => [
      buckets.map(({ start }) => Date.parse(start) / 1000),
      buckets.map(({ avgSignalStrength }) => avgSignalStrength ?? null),
      buckets.map(({ maxSignalStrength }) => maxSignalStrength ?? null),
      buckets.map(({ minSignalStrength }) => minSignalStrength ?? null),
    ],
    [buckets],
  );
  const options = useCallback((colours: Colours) => signalOptions(colours, threshold), [threshold]);
  return (
    <figure>
      <figcaption>
        Signal at the AP, dBm <span className="legend-threshold">degraded below {dbm(threshold)}</span>
      </figcaption>
      <Chart label={told(buckets, threshold)} height={220} data={data} options={options} />
    </figure>
  );
}

function signalOptions(colours: Colours, threshold: number): ReturnType<Parameters<typeof Chart>[0]["options"]> {
  const value = (_: uPlot, dBm: number | null) => dbm(dBm);
  return {
    scales: { y: { range: (_, least, most) => [Math.min(least, threshold) - 3, Math.max(most, threshold) + 3] } },
    axes: axes(colours, (dBm) => dbm(dBm)),
    series: [
      { label: "At", value: "{D} {MMM} {HH}:{mm}" },
      { label: "Average", stroke: colours.accent, width: 1.75, points: ALONE, value },
      { label: "Strongest", stroke: "transparent", points: { show: false }, value },
      { label: "Weakest", stroke: "transparent", points: { show: false }, value },
    ],
    bands: [{ series: [2, 3], fill: colours.accent.replace("rgb(", "rgba(").replace(")", ", 0.16)") }],
    hooks: { draw: [(chart) => { drawThreshold(chart, threshold, colours.degraded); }] },
  };
}

function drawThreshold(chart: uPlot, threshold: number, colour: string): void {
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(threshold, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function told(buckets: readonly BucketFragment[], threshold: number): string {
  const weakest = buckets.flatMap(({ minSignalStrength }) => minSignalStrength ?? []);
  const strongest = buckets.flatMap(({ maxSignalStrength }) => maxSignalStrength ?? []);
  if (weakest.length === 0) return "Signal over time: nothing is known of this range.";
  return `Signal over time: between ${dbm(Math.min(...weakest))} and ${dbm(Math.max(...strongest))}; degraded below ${dbm(threshold)}.`;
}
