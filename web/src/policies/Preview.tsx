import type { LinkPolicyThreshold, PolicyFragment } from "../gql/graphql";
import type { LinkRow } from "../live/LinkStore";
import { count, dbm } from "../parts/format";

interface Props {
  policy: PolicyFragment;
  own: ReadonlyMap<LinkPolicyThreshold, number | null>;
  links: readonly LinkRow[];
}

/** How many of the links heard now would be degraded if they stay as they are: with the form's values, and with those in effect. */
export function Preview({ policy, own, links }: Props) {
  const value = (wanted: LinkPolicyThreshold) => policy.values.find(({ threshold }) => threshold === wanted);
  const [threshold, margin] = [value("DEGRADED_BELOW_DBM"), value("RECOVER_MARGIN_DB")];
  if (!threshold || !margin) return null;
  const planned = (each: typeof threshold) => own.get(each.threshold) ?? each.inherited ?? each.value ?? 0;
  const heard = links.filter(({ state, signalStrength }) => signalStrength != null && state !== "DOWN" && state !== "STALE");
  const [now, then] = [threshold.value ?? 0, planned(threshold)];
  const degradedNow = degraded(heard, now, margin.value ?? 0);
  const degradedThen = degraded(heard, then, planned(margin));

  return (
    <p className="preview" role="status">
      Of {count(heard.length, "connected link")} here, <strong>{degradedThen}</strong> would be degraded below {dbm(then)}
      {degradedThen !== degradedNow && <>; as it is, <strong>{degradedNow}</strong></>}.
      {" "}A site or an AP with a threshold of its own keeps that.
    </p>
  );
}

/** A link that is degraded stays so until it is stronger than the threshold by more than the margin. */
function degraded(heard: readonly LinkRow[], threshold: number, margin: number): number {
  const isWeak = ({ state, signalStrength }: LinkRow) =>
    (signalStrength ?? 0) < threshold || (state === "DEGRADED" && (signalStrength ?? 0) <= threshold + margin);
  return heard.filter(isWeak).length;
}
