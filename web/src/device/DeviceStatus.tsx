import type { DeviceStatus as Status } from "../gql/graphql";

const NAMES: Record<Status, string> = { ONLINE: "Online", OFFLINE: "Offline", UNKNOWN: "Not told yet" };

/** Whether a poller reaches a device: a word, and a dot that is full, barred or empty. */
export function DeviceStatus({ status }: { status: Status }) {
  return (
    <span className={`device-status device-${status}`}>
      <span className="device-dot" aria-hidden="true" />
      {NAMES[status]}
    </span>
  );
}
