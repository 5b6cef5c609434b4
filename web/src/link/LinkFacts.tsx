import type { LinkDetailFragment } from "../gql/graphql";
import type { LinkRow } from "../live/LinkStore";
import { Ago } from "../parts/Ago";
import { Facts } from "../parts/Facts";
import { dbm, distance, duration, rate, withUnit } from "../parts/format";

export function LinkFacts({ link }: { link: LinkRow & LinkDetailFragment }) {
  return (
    <Facts
      facts={[
        { name: "Signal at AP", meaning: "As the AP hears the CPE", value: dbm(link.signalStrength) },
        { name: "Signal at CPE", meaning: "As the CPE hears the AP", value: dbm(link.remoteSignalStrength) },
        { name: "SNR", meaning: "Signal over noise at the AP", value: withUnit(link.signalToNoise, "dB") },
        { name: "CCQ", meaning: "Client connection quality of what the AP sends", value: withUnit(link.txCcq, "%") },
        { name: "To CPE", meaning: link.txRate ?? "Data rate", value: rate(link.txRateKbps) },
        { name: "From CPE", meaning: link.rxRate ?? "Data rate", value: rate(link.rxRateKbps) },
        { name: "Distance", meaning: "As the AP estimates it", value: distance(link.distanceM) },
        { name: "Associated", meaning: "Time since the CPE associated, at the last sighting", value: duration(link.uptimeS) },
        { name: "In this state", value: <Ago time={link.stateSince} /> },
        { name: "Last seen", value: <><Ago time={link.lastSeen} /> ago</> },
        { name: "Missed polls", meaning: "In a row", value: link.missedPolls },
        { name: "Radio", meaning: "MAC address of the CPE's radio", value: <span className="mac">{link.clientMac}</span> },
        { name: "On interface", meaning: "Of the AP", value: link.interface ?? "–" },
        { name: "Last IP", meaning: "That the AP saw", value: link.lastIp ?? "–" },
      ]}
    />
  );
}
