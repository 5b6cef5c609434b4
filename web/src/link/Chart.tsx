import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useColours, type Colours } from "./useColours";

interface Props {
  /** Says in words what the picture shows. */
  label: string;
  height: number;
  data: uPlot.AlignedData;
  /** Must be the same function from one drawing to the next, unless the chart is to be made anew. */
  options: (colours: Colours) => Pick<uPlot.Options, "series" | "axes" | "scales" | "bands" | "hooks">;
}

/** A chart over time. Charts of a page share their cursor. */
export function Chart({ label, height, data, options }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const latest = useRef(data);
  const colours = useColours(place);

  useEffect(() => {
    const within = place.current;
    if (!within || !colours) return;
    const made = new uPlot(
      { width: within.clientWidth, height, cursor: { sync: { key: "history" }, y: false }, ...options(colours) },
      latest.current,
      within,
    );
    chart.current = made;
    const watch = new ResizeObserver(() => { made.setSize({ width: within.clientWidth, height }); });
    watch.observe(within);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [colours, height, options]);

  useEffect(() => {
    latest.current = data;
    chart.current?.setData(data);
  }, [data]);

  return <div ref={place} className="chart" role="img" aria-label={label} />;
}
