import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { SiteFactsFragment } from "../gql/graphql";
import { Field } from "../parts/Field";
import { FormDialog } from "../parts/FormDialog";
import { numberOf, textOf } from "../parts/given";

graphql(`
  fragment SiteFacts on Site { id name address latitude longitude elevationM }
`);

const CREATE = graphql(`
  mutation CreateSite($input: CreateSiteInput!) { createSite(input: $input) { id } }
`);
const UPDATE = graphql(`
  mutation UpdateSite($input: UpdateSiteInput!) { updateSite(input: $input) { id } }
`);

interface Props {
  /** The site to change; a new one without it. */
  site?: SiteFactsFragment;
  /** Which site it is, once it is done. */
  onClose: (done: string | null) => void;
}

export function SiteDialog({ site, onClose }: Props) {
  const [name, setName] = useState(site?.name ?? "");
  const [address, setAddress] = useState(site?.address ?? "");
  const [latitude, setLatitude] = useState(site?.latitude?.toString() ?? "");
  const [longitude, setLongitude] = useState(site?.longitude?.toString() ?? "");
  const [elevation, setElevation] = useState(site?.elevationM?.toString() ?? "");
  const [created, create] = useMutation(CREATE);
  const [updated, update] = useMutation(UPDATE);

  async function submit() {
    const input = {
      name: name.trim(),
      address: textOf(address),
      latitude: numberOf(latitude),
      longitude: numberOf(longitude),
      elevationM: numberOf(elevation),
    };
    const id = site
      ? (await update({ input: { id: site.id, ...input } })).data?.updateSite.id
      : (await create({ input })).data?.createSite.id;
    if (id) onClose(id);
  }

  return (
    <FormDialog
      title={site ? `Edit ${site.name}` : "New site"}
      action={site ? "Save" : "Create"}
      busy={created.fetching || updated.fetching}
      error={created.error ?? updated.error}
      onClose={() => { onClose(null); }}
      onSubmit={submit}
    >
      <Field label="Name" required maxLength={200} value={name} onChange={setName} />
      <Field label="Address" value={address} onChange={setAddress} />
      <div className="fields">
        <Field label="Latitude, °" type="number" step="any" min={-90} max={90} value={latitude} onChange={setLatitude} />
        <Field label="Longitude, °" type="number" step="any" min={-180} max={180} value={longitude} onChange={setLongitude} />
        <Field label="Elevation, m" type="number" step={1} value={elevation} onChange={setElevation} />
      </div>
    </FormDialog>
  );
}
