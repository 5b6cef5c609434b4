import type { LinkRow } from "../live/LinkStore";
import { STATES } from "../parts/states";

export type ColumnKey = "state" | "cpe" | "signal" | "remote" | "snr" | "ccq" | "tx" | "rx" | "distance" | "seen" | "since";

interface Column {
  key: ColumnKey;
  title: string;
  /** What the title is short for, for who points at it. */
  meaning: string;
  numeric: boolean;
  /** What is compared: a number, or the CPE's name; null comes last, whatever the direction. */
  value: (link: LinkRow) => number | string | null;
}

const known = (value: number | null | undefined): number | null => value ?? null;

export const COLUMNS: readonly Column[] = [
  { key: "state", title: "State", meaning: "Health of the link, worst first", numeric: false, value: (link) => STATES.indexOf(link.state) },
  { key: "cpe", title: "CPE", meaning: "Customer device", numeric: false, value: (link) => link.cpeDevice.hostname },
  { key: "signal", title: "Signal", meaning: "As the AP hears the CPE, dBm", numeric: true, value: (link) => known(link.signalStrength) },
  { key: "remote", title: "Remote", meaning: "As the CPE hears the AP, dBm", numeric: true, value: (link) => known(link.remoteSignalStrength) },
  { key: "snr", title: "SNR", meaning: "Signal over noise at the AP, dB", numeric: true, value: (link) => known(link.signalToNoise) },
  { key: "ccq", title: "CCQ", meaning: "Client connection quality of what the AP sends, percent", numeric: true, value: (link) => known(link.txCcq) },
  { key: "tx", title: "To CPE", meaning: "Data rate towards the CPE", numeric: true, value: (link) => known(link.txRateKbps) },
  { key: "rx", title: "From CPE", meaning: "Data rate from the CPE", numeric: true, value: (link) => known(link.rxRateKbps) },
  { key: "distance", title: "Distance", meaning: "As the AP estimates it", numeric: true, value: (link) => known(link.distanceM) },
  { key: "seen", title: "Seen", meaning: "Time since the CPE was last sighted", numeric: true, value: (link) => -Date.parse(link.lastSeen) },
  { key: "since", title: "In state", meaning: "Time since the link came into its state", numeric: true, value: (link) => -Date.parse(link.stateSince) },
];
