import type { LinkPolicyThreshold, PolicyFragment } from "../gql/graphql";
import type { LinkRow } from "../live/LinkStore";
import { count, dbm } from "../parts/format";

interface Props {
  policy: PolicyFragment;
  own: ReadonlyMap<LinkPolicyThreshold, number | null>;
  links: readonly LinkRow[];
}

/** How many of the links heard now are weaker than the threshold in the form, and than that in effect. */
export function Preview({ policy, own, links }: Props) {
  const value = policy.values.find(({ threshold }) => threshold === "DEGRADED_BELOW_DBM");
  if (!value) return null;
  const heard = links.filter(
    ({ state, signalStrength }) => signalStrength != null && state !== "DOWN" && state !== "STALE",
  );
  const weakerThan = (threshold: number) => heard.filter(({ signalStrength }) => (signalStrength ?? 0) < threshold).length;
  const now = value.value ?? 0;
  const then = own.get("DEGRADED_BELOW_DBM") ?? value.inherited ?? now;

  return (
    <p className="preview" role="status">
      Of {count(heard.length, "connected link")} here, <strong>{weakerThan(then)}</strong> would be degraded below {dbm(then)}
      {then !== now && <>; below {dbm(now)}, as it is, <strong>{weakerThan(now)}</strong></>}.
      {" "}A site or an AP with a threshold of its own keeps that.
    </p>
  );
}
