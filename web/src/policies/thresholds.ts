import type { LinkPolicySource, LinkPolicyThreshold, SetLinkPolicyInput } from "../gql/graphql";

type Field = Exclude<keyof SetLinkPolicyInput, "siteId" | "deviceId">;

interface Threshold {
  field: Field;
  name: string;
  unit: string;
  meaning: string;
}

/** How each threshold is called, and by which field it is set. */
export const THRESHOLDS: Record<LinkPolicyThreshold, Threshold> = {
  DEGRADED_BELOW_DBM: { field: "degradedBelowDbm", name: "Weak below", unit: "dBm", meaning: "A sighting with a weaker signal is weak" },
  RECOVER_MARGIN_DB: { field: "recoverMarginDb", name: "Margin to recover", unit: "dB", meaning: "How much stronger than that a degraded link must be" },
  WEAK_POLLS: { field: "weakPolls", name: "Weak polls", unit: "polls", meaning: "So many of the polls looked at must be weak for a link to be degraded" },
  WINDOW_POLLS: { field: "windowPolls", name: "Polls looked at", unit: "polls", meaning: "How many of the last polls are looked at" },
  CONFIRM_POLLS: { field: "confirmPolls", name: "Confirmed after", unit: "polls", meaning: "Sightings before a discovered link is believed" },
  DOWN_AFTER_MISSES: { field: "downAfterMisses", name: "Down after", unit: "misses", meaning: "Polls in a row without the CPE before a link is down" },
  MIN_MISS_SPACING_S: { field: "minMissSpacingS", name: "Misses apart", unit: "s", meaning: "A poll that follows sooner adds no miss" },
  AP_SILENT_AFTER_S: { field: "apSilentAfterS", name: "AP silent after", unit: "s", meaning: "An AP unheard for so long takes its links down" },
  STALE_AFTER_S: { field: "staleAfterS", name: "Stale after", unit: "s", meaning: "Time down before a link is stale" },
  FORGET_AFTER_S: { field: "forgetAfterS", name: "Forgotten after", unit: "s", meaning: "Time stale before a link is forgotten" },
};

export const SOURCES: Record<LinkPolicySource, string> = {
  DEFAULT: "default",
  TENANT: "tenant",
  SITE: "site",
  DEVICE: "this AP",
};

/** Where a policy is set: for the tenant, for the APs of a site, or for one AP. */
export type Place = { siteId: string } | { deviceId: string } | Record<string, never>;
