import { useState } from "react";
import { useMutation } from "urql";
import { useLocation } from "wouter";
import { graphql } from "../gql";
import type { DeviceFactsFragment, InterfaceRowFragment } from "../gql/graphql";
import { FormDialog } from "../parts/FormDialog";
import { count } from "../parts/format";
import { useMay } from "../session/useViewer";
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
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const [{ fetching, error }, remove] = useMutation(DELETE);
  const [, go] = useLocation();
  if (!useMay("OPERATOR")) return null;

  return (
    <>
      <button type="button" onClick={() => { setDoing("edit"); }}>Edit</button>
      <button type="button" className="danger" onClick={() => { setDoing("delete"); }}>Delete</button>
      {doing === "edit" && (
        <DeviceDialog
          device={device}
          onClose={(done) => {
            setDoing(null);
            if (done) onChanged();
          }}
        />
      )}
      {doing === "delete" && (
        <FormDialog
          title={`Delete ${device.hostname}?`}
          action="Delete device"
          danger
          busy={fetching}
          error={error}
          onClose={() => { setDoing(null); }}
          onSubmit={async () => {
            if ((await remove({ id: device.id })).data) go("/devices");
          }}
        >
          <p>
            Its interfaces, {count(links, "link")} and the thresholds set for it go with it; events are kept. This
            cannot be undone.
          </p>
        </FormDialog>
      )}
    </>
  );
}
