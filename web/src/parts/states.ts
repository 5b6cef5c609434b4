import type { LinkEventReason, LinkState } from "../gql/graphql";

/** The states, worst first, as they are listed everywhere. */
export const STATES: readonly LinkState[] = ["DOWN", "DEGRADED", "DISCOVERED", "ACTIVE", "STALE"];

export const STATE_NAMES: Record<LinkState, string> = {
  DOWN: "Down",
  DEGRADED: "Degraded",
  DISCOVERED: "Discovered",
  ACTIVE: "Active",
  STALE: "Stale",
};

export const STATE_MEANINGS: Record<LinkState, string> = {
  DOWN: "no longer seen",
  DEGRADED: "seen, with a weak signal",
  DISCOVERED: "seen, but not often enough yet",
  ACTIVE: "seen, with a good signal",
  STALE: "down for so long that it is probably gone",
};

export const REASONS: Record<LinkEventReason, string> = {
  FIRST_SEEN: "first seen",
  CONFIRMED: "confirmed",
  SIGNAL_WEAK: "signal weak",
  SIGNAL_RECOVERED: "signal recovered",
  MISSED_POLLS: "missed polls",
  AP_SILENT: "AP silent",
  ROAMED: "roamed",
  REASSIGNED: "MAC moved to another device",
  SEEN_AGAIN: "seen again",
  EXPIRED: "down too long",
  FORGOTTEN: "forgotten",
  RECONNECTED: "reconnected",
};
