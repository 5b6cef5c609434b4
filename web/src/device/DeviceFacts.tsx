import { graphql } from "../gql";
import type { DeviceFactsFragment, PollFragment } from "../gql/graphql";
import { Ago } from "../parts/Ago";
import { Facts, type Fact } from "../parts/Facts";
import { duration } from "../parts/format";
import { DeviceStatus } from "./DeviceStatus";

graphql(`
  fragment DeviceFacts on Device {
    id hostname ipAddress model serialNumber firmwareVersion status lastSeen latitude longitude
    site { id name }
  }
  fragment Poll on ApPoll { at intervalS outcome clientCount }
`);

const OUTCOME = { OK: "Read", FAILED: "Reading failed", UNSUPPORTED: "No registration table" };

export function DeviceFacts({ device, poll }: { device: DeviceFactsFragment; poll: PollFragment | null }) {
  const polled: Fact[] = poll
    ? [
        { name: "Clients listed", meaning: "At the last good poll, managed or not", value: poll.clientCount },
        { name: "Last good poll", value: <><Ago time={poll.at} /> ago</> },
        { name: "Latest poll", value: OUTCOME[poll.outcome] },
        { name: "Polled every", value: duration(poll.intervalS) },
      ]
    : [];
  return (
    <Facts
      facts={[
        { name: "Status", meaning: "Whether a poller reaches it", value: <DeviceStatus status={device.status} /> },
        ...polled,
        { name: "Address", value: device.ipAddress ?? "–" },
        { name: "Model", value: device.model ?? "–" },
        { name: "Serial number", value: device.serialNumber ?? "–" },
        { name: "Firmware", value: device.firmwareVersion ?? "–" },
        { name: "Last reached", value: device.lastSeen ? <><Ago time={device.lastSeen} /> ago</> : "–" },
      ]}
    />
  );
}
