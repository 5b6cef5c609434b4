import { useState } from "react";
import { useMutation } from "urql";
import { useLocation } from "wouter";
import { graphql } from "../gql";
import type { SiteFactsFragment } from "../gql/graphql";
import { FormDialog } from "../parts/FormDialog";
import { useMay } from "../session/useViewer";
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
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const [{ fetching, error }, remove] = useMutation(DELETE);
  const [, go] = useLocation();
  if (!useMay("OPERATOR")) return null;

  return (
    <>
      <button type="button" onClick={() => { setDoing("edit"); }}>Edit</button>
      <button type="button" className="danger" onClick={() => { setDoing("delete"); }}>Delete</button>
      {doing === "edit" && (
        <SiteDialog
          site={site}
          onClose={(done) => {
            setDoing(null);
            if (done) onChanged();
          }}
        />
      )}
      {doing === "delete" && (
        <FormDialog
          title={`Delete ${site.name}?`}
          action="Delete site"
          danger
          busy={fetching}
          error={error}
          onClose={() => { setDoing(null); }}
          onSubmit={async () => {
            if ((await remove({ id: site.id })).data) go("/sites");
          }}
        >
          <p>Its devices and their links stay, without a site. Thresholds set for it are gone. This cannot be undone.</p>
        </FormDialog>
      )}
    </>
  );
}
