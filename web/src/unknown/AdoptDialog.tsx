import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { UnknownRowFragment } from "../gql/graphql";
import { Field, SelectField } from "../parts/Field";
import { FormDialog } from "../parts/FormDialog";
import { textOf } from "../parts/given";
import { useSites } from "../sites/useSites";

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
  const [siteId, setSiteId] = useState(client.apDevice.site?.id ?? "");
  const [{ fetching, error }, adopt] = useMutation(ADOPT);
  const sites = useSites();

  async function submit() {
    const radio = { name: "wlan1", macAddress: client.macAddress, type: "wlan" };
    const made = await adopt({
      device: { hostname: hostname.trim(), siteId: siteId || null, model: textOf(model), interfaces: [radio] },
    });
    if (made.data) onClose(true);
  }

  return (
    <FormDialog
      title={`Adopt ${client.macAddress}`}
      action="Adopt"
      busy={fetching}
      error={error}
      onClose={() => { onClose(false); }}
      onSubmit={submit}
    >
      <p className="hint">
        Makes a device with this radio. Its link to {client.apDevice.hostname} appears with the next poll.
      </p>
      <Field label="Host name" required maxLength={253} value={hostname} onChange={setHostname} />
      <div className="fields">
        <SelectField label="Site" value={siteId} onChange={setSiteId}>
          <option value="">none</option>
          {sites.map((site) => <option key={site.id} value={site.id}>{site.name}</option>)}
        </SelectField>
        <Field label="Model, if known" maxLength={200} value={model} onChange={setModel} />
      </div>
    </FormDialog>
  );
}
