import { useMutation } from "urql";
import { graphql } from "../gql";
import type { DeviceFactsFragment, InterfaceRowFragment } from "../gql/graphql";
import { count } from "../parts/format";
import { ManageActions } from "../parts/ManageActions";
import { DeviceDialog } from "./DeviceDialog";

const DELETE = graphql(`
  mutation DeleteDevice($id: ID!) { deleteDevice(id: $id) { id } }
`);

interface Props {
  device: DeviceFactsFragment & { interfaces: readonly InterfaceRowFragment[] };
  /** How many links go with it. */
  links: number;
  onChanged: () => void;
}

/** What an operator may do with a device. */
export function DeviceActions({ device, links, onChanged }: Props) {
  const [removing, remove] = useMutation(DELETE);
  return (
    <ManageActions
      kind="device"
      name={device.hostname}
      editor={(onClose) => <DeviceDialog device={device} onClose={onClose} />}
      onChanged={onChanged}
      remove={async () => Boolean((await remove({ id: device.id })).data)}
      removing={removing}
      listedAt="/devices"
    >
      <p>
        Its interfaces, {count(links, "link")} and the thresholds set for it go with it; events are kept. This
        cannot be undone.
      </p>
    </ManageActions>
  );
}
