import { useMutation } from "urql";
import { graphql } from "../gql";
import type { SiteFactsFragment } from "../gql/graphql";
import { ManageActions } from "../parts/ManageActions";
import { SiteDialog } from "./SiteDialog";

const DELETE = graphql(`
  mutation DeleteSite($id: ID!) { deleteSite(id: $id) { id } }
`);

interface Props {
  site: SiteFactsFragment;
  onChanged: () => void;
}

/** What an operator may do with a site. */
export function SiteActions({ site, onChanged }: Props) {
  const [removing, remove] = useMutation(DELETE);
  return (
    <ManageActions
      kind="site"
      name={site.name}
      editor={(onClose) => <SiteDialog site={site} onClose={onClose} />}
      onChanged={onChanged}
      remove={async () => Boolean((await remove({ id: site.id })).data)}
      removing={removing}
      listedAt="/sites"
    >
      <p>Its devices and their links stay, without a site. Thresholds set for it are gone. This cannot be undone.</p>
    </ManageActions>
  );
}
