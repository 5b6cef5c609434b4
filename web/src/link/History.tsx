import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { Card } from "../parts/Card";
import { Problem } from "../parts/Problem";
import { useNow } from "../parts/useNow";
import { RangePicker } from "./RangePicker";
import { RANGES, type Range } from "./ranges";
import { RateChart } from "./RateChart";
import { SignalChart } from "./SignalChart";

const HISTORY = graphql(`
  query LinkHistory($id: ID!, $apId: ID!, $from: DateTime!, $to: DateTime!) {
    linkPolicy(deviceId: $apId) { degradedBelowDbm }
    wirelessLink(id: $id) {
      signalHistory(from: $from, to: $to, buckets: 240) { ...Bucket }
    }
  }
  fragment Bucket on SignalBucket {
    start minSignalStrength avgSignalStrength maxSignalStrength avgTxRateKbps avgRxRateKbps
  }
`);

/** How often a history is read anew: for each of its spans, within these bounds. */
const [OFTENEST_MS, SELDOMEST_MS] = [15_000, 300_000];

interface Props {
  linkId: string;
  apId: string;
}

/** The link's signal and rates over time, with the threshold below which it is degraded. */
export function History({ linkId, apId }: Props) {
  const [range, setRange] = useState<Range>(RANGES[1]);
  const renewal = Math.min(SELDOMEST_MS, Math.max(OFTENEST_MS, (range.seconds * 1000) / 240));
  const end = useNow((now) => Math.ceil(now / renewal) * renewal);

  const variables = useMemo(
    () => ({
      id: linkId,
      apId,
      from: new Date(end - range.seconds * 1000).toISOString(),
      to: new Date(end).toISOString(),
    }),
    [linkId, apId, range, end],
  );
  const [{ data, error }, ask] = useQuery({ query: HISTORY, variables });
  const buckets = data?.wirelessLink?.signalHistory;

  return (
    <Card
      title="History"
      beside={<RangePicker range={range} onChange={setRange} />}
    >
      <div className="card-body charts">
        {error && <Problem error={error} onRetry={() => { ask(); }} />}
        {data && buckets && (
          <>
            <SignalChart buckets={buckets} threshold={data.linkPolicy.degradedBelowDbm} />
            <RateChart buckets={buckets} />
          </>
        )}
        {!data && !error && <p className="empty">Loading history …</p>}
      </div>
    </Card>
  );
}
