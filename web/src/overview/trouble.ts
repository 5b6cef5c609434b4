import type { LinkRow } from "../live/LinkStore";

/** An AP and what is wrong with its links. */
export interface TroubledAp {
  ap: LinkRow["apDevice"];
  total: number;
  down: number;
  degraded: number;
}

/** The APs with links down or degraded; most trouble first, a link down counting twice. */
export function mostTroubled(links: readonly LinkRow[], most: number): TroubledAp[] {
  const aps = new Map<string, TroubledAp>();
  for (const { apDevice, state } of links) {
    const found = aps.get(apDevice.id) ?? { ap: apDevice, total: 0, down: 0, degraded: 0 };
    aps.set(apDevice.id, found);
    found.total += 1;
    if (state === "DOWN") found.down += 1;
    if (state === "DEGRADED") found.degraded += 1;
  }
  return [...aps.values()]
    .filter((each) => weight(each) > 0)
    .sort((one, other) => weight(other) - weight(one) || one.ap.hostname.localeCompare(other.ap.hostname))
    .slice(0, most);
}

function weight({ down, degraded }: TroubledAp): number {
  return 2 * down + degraded;
}

/** The connected links with the weakest signal, weakest first. */
export function weakest(links: readonly LinkRow[], most: number): LinkRow[] {
  const heard = links.filter(
    ({ state, signalStrength }) => signalStrength != null && (state === "ACTIVE" || state === "DEGRADED"),
  );
  return heard
    .sort((one, other) => (one.signalStrength ?? 0) - (other.signalStrength ?? 0) || one.id.localeCompare(other.id))
    .slice(0, most);
}
