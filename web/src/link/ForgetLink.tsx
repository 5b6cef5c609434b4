import { useState } from "react";
import { useMutation } from "urql";
import { useLocation } from "wouter";
import { graphql } from "../gql";
import { FormDialog } from "../parts/FormDialog";
import { useMay } from "../session/useViewer";

const FORGET = graphql(`
  mutation ForgetLink($id: ID!) { forgetLink(id: $id) { id } }
`);

/** Forgets a link, after asking. */
export function ForgetLink({ id, cpe, ap }: { id: string; cpe: string; ap: string }) {
  const [asking, setAsking] = useState(false);
  const [{ fetching, error }, forget] = useMutation(FORGET);
  const [, go] = useLocation();
  if (!useMay("OPERATOR")) return null;

  return (
    <>
      <button type="button" className="danger" onClick={() => { setAsking(true); }}>Forget</button>
      {asking && (
        <FormDialog
          title="Forget this link?"
          action="Forget link"
          danger
          busy={fetching}
          error={error}
          onClose={() => { setAsking(false); }}
          onSubmit={async () => {
            if ((await forget({ id })).data) go("/links");
          }}
        >
          <p>
            The link from {cpe} to {ap} goes from all lists; its events are kept. If the AP lists the CPE again, that
            makes a new link.
          </p>
        </FormDialog>
      )}
    </>
  );
}
