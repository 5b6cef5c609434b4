import { useMemo } from "react";
import type uPlot from "uplot";
import type { BucketFragment } from "../gql/graphql";
import { rate } from "../parts/format";
import { ALONE, axes } from "./axes";
import { Chart } from "./Chart";
import type { Colours } from "./useColours";

/** The data rates in both directions. */
export function RateChart({ buckets }: { buckets: readonly BucketFragment[] }) {
  const data = useMemo<uPlot.AlignedData>(
    () => [
      buckets.map(({ start }) => Date.parse(start) / 1000),
      buckets.map(({ avgTxRateKbps }) => avgTxRateKbps ?? null),
      buckets.map(({ avgRxRateKbps }) => avgRxRateKbps ?? null),
    ],
    [buckets],
  );
  return (
    <figure>
      <figcaption>Data rates</figcaption>
      <Chart label="Data rates over time" height={160} data={data} options={rateOptions} />
    </figure>
  );
}

function rateOptions(colours: Colours): ReturnType<Parameters<typeof Chart>[0]["options"]> {
  const value = (_: uPlot, kbps: number | null) => rate(kbps);
  return {
    scales: { y: { range: (_, __, most) => [0, Math.max(1_000, most * 1.08)] } },
    axes: axes(colours, (kbps) => rate(kbps)),
    series: [
      { label: "At", value: "{D} {MMM} {HH}:{mm}" },
      { label: "To CPE", stroke: colours.discovered, width: 1.5, points: ALONE, value },
      { label: "From CPE", stroke: colours.active, width: 1.5, dash: [5, 3], points: ALONE, value },
    ],
  };
}
