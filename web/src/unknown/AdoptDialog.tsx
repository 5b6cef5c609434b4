import { useState, type SubmitEvent } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { UnknownRowFragment } from "../gql/graphql";
import { Dialog } from "../parts/Dialog";
import { Problem } from "../parts/Problem";

const ADOPT = graphql(`
  mutation Adopt($device: CreateDeviceInput!) {
    createDevices(input: [$device]) { id }
  }
`);

interface Props {
  client: UnknownRowFragment;
  onClose: (adopted: boolean) => void;
}

/** Makes a managed device of an unknown client: its link appears with the AP's next poll. */
export function AdoptDialog({ client, onClose }: Props) {
  const [hostname, setHostname] = useState("");
  const [model, setModel] = useState("");
  const [{ fetching, error }, adopt] = useMutation(ADOPT);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const radio = { name: "wlan1", macAddress: client.macAddress, type: "wlan" };
    const made = await adopt({
      device: { hostname: hostname.trim(), model: model.trim() || null, interfaces: [radio] },
    });
    if (made.data) onClose(true);
  }

  return (
    <Dialog title={`Adopt ${client.macAddress}`} onClose={() => { onClose(false); }}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <p className="hint">
          Makes a device with this radio. Its link to {client.apDevice.hostname} appears with the next poll.
        </p>
        {error && <Problem error={error} />}
        <label htmlFor="adopt-hostname">Host name</label>
        <input
          id="adopt-hostname"
          required
          maxLength={253}
          value={hostname}
          onChange={(event) => { setHostname(event.target.value); }}
        />
        <label htmlFor="adopt-model">Model, if known</label>
        <input id="adopt-model" maxLength={200} value={model} onChange={(event) => { setModel(event.target.value); }} />
        <p className="form-do">
          <button type="button" onClick={() => { onClose(false); }}>Cancel</button>
          <button type="submit" className="primary" disabled={fetching}>Adopt</button>
        </p>
      </form>
    </Dialog>
  );
}
