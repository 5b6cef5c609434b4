import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { ApiKeyRole } from "../gql/graphql";
import { Dialog } from "../parts/Dialog";
import { Field, SelectField } from "../parts/Field";
import { FormDialog } from "../parts/FormDialog";
import { Secret } from "./Secret";

const CREATE = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }
`);

const ROLES: Record<ApiKeyRole, string> = {
  VIEWER: "Viewer: reads everything",
  OPERATOR: "Operator: also changes devices, sites and policies",
  ADMIN: "Admin: also manages API keys",
};

/** How long a key works, in days; 0 is until it is revoked. */
const LASTING: [days: number, name: string][] = [
  [0, "Until it is revoked"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "One year"],
];

/** Makes a key, and shows its secret this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<ApiKeyRole>("VIEWER");
  const [days, setDays] = useState(0);
  const [{ data, error, fetching }, create] = useMutation(CREATE);

  if (data) {
    return (
      <Dialog title="The new key" onClose={onClose}>
        <Secret secret={data.createApiKey.secret} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="New API key"
      action="Create"
      busy={fetching}
      error={error}
      onClose={onClose}
      onSubmit={async () => {
        const expiresAt = days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
        await create({ input: { name: name.trim(), role, expiresAt } });
      }}
    >
      <Field label="What is it for?" required maxLength={200} value={name} onChange={setName} />
      <SelectField label="Role" value={role} onChange={(chosen) => { setRole(chosen as ApiKeyRole); }}>
        {Object.entries(ROLES).map(([each, told]) => <option key={each} value={each}>{told}</option>)}
      </SelectField>
      <SelectField label="Works for" value={days.toString()} onChange={(chosen) => { setDays(Number(chosen)); }}>
        {LASTING.map(([each, told]) => <option key={each} value={each}>{told}</option>)}
      </SelectField>
    </FormDialog>
  );
}
