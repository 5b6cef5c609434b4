import { useEffect, useMemo } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import type { LinkState, WeekFragment } from "../gql/graphql";
import { Card } from "../parts/Card";
import { day, duration } from "../parts/format";
import { Problem } from "../parts/Problem";
import { useNow } from "../parts/useNow";
import { weekStarts } from "./ranges";

const AVAILABILITY = graphql(`
  query LinkAvailability(
    $id: ID!, $w0: DateTime!, $w1: DateTime!, $w2: DateTime!, $w3: DateTime!, $w4: DateTime!,
    $w5: DateTime!, $w6: DateTime!, $w7: DateTime!
  ) {
    wirelessLink(id: $id) {
      w0: availability(from: $w0) { ...Week }
      w1: availability(from: $w1, to: $w0) { ...Week }
      w2: availability(from: $w2, to: $w1) { ...Week }
      w3: availability(from: $w3, to: $w2) { ...Week }
      w4: availability(from: $w4, to: $w3) { ...Week }
      w5: availability(from: $w5, to: $w4) { ...Week }
      w6: availability(from: $w6, to: $w5) { ...Week }
      w7: availability(from: $w7, to: $w6) { ...Week }
    }
  }
  fragment Week on LinkAvailability { percent downSeconds apSilentSeconds outageCount }
`);

interface Props {
  linkId: string;
  discoveredAt: string;
  state: LinkState;
}

/** How much of each of the last eight weeks the link was connected. */
export function Availability({ linkId, discoveredAt, state }: Props) {
  const today = useNow((now) => new Date(now).setHours(0, 0, 0, 0));
  const starts = useMemo(() => {
    const [w0, w1, w2, w3, w4, w5, w6, w7] = weekStarts(new Date(today), 8).map((start) => start.toISOString()) as Eight;
    return { w0, w1, w2, w3, w4, w5, w6, w7 };
  }, [today]);
  const [{ data, error }, ask] = useQuery({ query: AVAILABILITY, variables: { id: linkId, ...starts } });
  // Another state means another outage, or its end.
  useEffect(() => { ask(); }, [state, ask]);
  const weeks = Object.entries(starts)
    .map(([week, start]) => ({ start, told: data?.wirelessLink?.[week as keyof typeof starts] }))
    .filter(({ start }, index) => index === 0 || Date.parse(start) + WEEK_MS > Date.parse(discoveredAt));

  return (
    <Card title="Availability per week">
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Week from</th>
              <th scope="col" className="number">Available</th>
              <th scope="col" className="number">Down</th>
              <th scope="col" className="number" title="Nobody saw the link then: it counts neither way">AP silent</th>
              <th scope="col" className="number">Outages</th>
            </tr>
          </thead>
          <tbody>
            {weeks.map(({ start, told }) => <Week key={start} start={start} told={told} />)}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

type Eight = [string, string, string, string, string, string, string, string];
const WEEK_MS = 7 * 86_400_000;

function Week({ start, told }: { start: string; told: WeekFragment | undefined }) {
  return (
    <tr>
      <th scope="row">{day(start)}</th>
      <td className="number">{percent(told?.percent)}</td>
      <td className="number">{told ? time(told.downSeconds) : ""}</td>
      <td className="number">{told ? time(told.apSilentSeconds) : ""}</td>
      <td className="number">{told?.outageCount}</td>
    </tr>
  );
}

/** Two decimals, and never 100 % when there was an outage. */
function percent(value: number | null | undefined): string {
  return value == null ? "–" : `${(Math.floor(value * 100) / 100).toFixed(2)} %`;
}

function time(seconds: number): string {
  return seconds === 0 ? "–" : duration(seconds);
}
