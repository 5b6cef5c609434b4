import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { DeviceFactsFragment, InterfaceRowFragment } from "../gql/graphql";
import { Field, SelectField } from "../parts/Field";
import { FormDialog } from "../parts/FormDialog";
import { numberOf, textOf } from "../parts/given";
import { useSites } from "../sites/useSites";
import { InterfaceFields, type InterfaceInput } from "./InterfaceFields";

const CREATE = graphql(`
  mutation CreateDevice($input: CreateDeviceInput!) { createDevices(input: [$input]) { id } }
`);
const UPDATE = graphql(`
  mutation UpdateDevice($input: UpdateDeviceInput!) { updateDevice(input: $input) { id } }
`);

interface Props {
  /** The device to change; a new one without it. */
  device?: DeviceFactsFragment & { interfaces: readonly InterfaceRowFragment[] };
  /** Which device it is, once it is done. */
  onClose: (done: string | null) => void;
}

export function DeviceDialog({ device, onClose }: Props) {
  const [hostname, setHostname] = useState(device?.hostname ?? "");
  const [siteId, setSiteId] = useState(device?.site?.id ?? "");
  const [ipAddress, setIpAddress] = useState(device?.ipAddress ?? "");
  const [model, setModel] = useState(device?.model ?? "");
  const [serialNumber, setSerialNumber] = useState(device?.serialNumber ?? "");
  const [latitude, setLatitude] = useState(device?.latitude?.toString() ?? "");
  const [longitude, setLongitude] = useState(device?.longitude?.toString() ?? "");
  const [before] = useState(() => interfacesOf(device?.interfaces ?? []));
  const [interfaces, setInterfaces] = useState(before);
  const [created, create] = useMutation(CREATE);
  const [updated, update] = useMutation(UPDATE);
  const sites = useSites();

  async function submit() {
    const input = {
      hostname: hostname.trim(),
      siteId: siteId || null,
      ipAddress: textOf(ipAddress),
      model: textOf(model),
      serialNumber: textOf(serialNumber),
      latitude: numberOf(latitude),
      longitude: numberOf(longitude),
      // Only if they were changed: what pollers tell of them meanwhile is not to be undone.
      ...(interfaces !== before && { interfaces: interfaces.map(({ name, macAddress, type }) => ({ name, macAddress, type })) }),
    };
    const id = device
      ? (await update({ input: { id: device.id, ...input } })).data?.updateDevice.id
      : (await create({ input })).data?.createDevices[0]?.id;
    if (id) onClose(id);
  }

  return (
    <FormDialog
      title={device ? `Edit ${device.hostname}` : "New device"}
      action={device ? "Save" : "Create"}
      busy={created.fetching || updated.fetching}
      error={created.error ?? updated.error}
      onClose={() => { onClose(null); }}
      onSubmit={submit}
    >
      <Field label="Host name" required maxLength={253} value={hostname} onChange={setHostname} />
      <div className="fields">
        <SelectField label="Site" value={siteId} onChange={setSiteId}>
          <option value="">none</option>
          {sites.map((site) => <option key={site.id} value={site.id}>{site.name}</option>)}
        </SelectField>
        <Field label="Management address" placeholder="10.0.0.7" value={ipAddress} onChange={setIpAddress} />
      </div>
      <div className="fields">
        <Field label="Model" maxLength={200} value={model} onChange={setModel} />
        <Field label="Serial number" maxLength={200} value={serialNumber} onChange={setSerialNumber} />
      </div>
      <div className="fields">
        <Field label="Latitude, °" type="number" step="any" min={-90} max={90} value={latitude} onChange={setLatitude} />
        <Field label="Longitude, °" type="number" step="any" min={-180} max={180} value={longitude} onChange={setLongitude} />
      </div>
      <InterfaceFields interfaces={interfaces} onChange={setInterfaces} />
    </FormDialog>
  );
}

function interfacesOf(rows: readonly InterfaceRowFragment[]): InterfaceInput[] {
  return rows.map(({ id, name, macAddress, type }) => ({ key: id, name, macAddress, type }));
}
