import { useState, type SubmitEvent } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { ApiKeyRole } from "../gql/graphql";
import { Dialog } from "../parts/Dialog";
import { Problem } from "../parts/Problem";

const CREATE = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }
`);

const ROLES: Record<ApiKeyRole, string> = {
  VIEWER: "Viewer: reads everything",
  OPERATOR: "Operator: also changes devices, sites and policies",
  ADMIN: "Admin: also manages API keys",
};

/** Makes a key, and shows its secret this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<ApiKeyRole>("VIEWER");
  const [{ data, error, fetching }, create] = useMutation(CREATE);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    await create({ input: { name: name.trim(), role } });
  }

  if (data) {
    return (
      <Dialog title="The new key" onClose={onClose}>
        <div className="form">
          <p>Copy it now: it is not shown again.</p>
          <code className="secret">{data.createApiKey.secret}</code>
          <p className="form-do"><button type="button" className="primary" onClick={onClose}>Done</button></p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        {error && <Problem error={error} />}
        <label htmlFor="key-name">What is it for?</label>
        <input id="key-name" required maxLength={200} value={name} onChange={(event) => { setName(event.target.value); }} />
        <label htmlFor="key-role">Role</label>
        <select id="key-role" value={role} onChange={(event) => { setRole(event.target.value as ApiKeyRole); }}>
          {Object.entries(ROLES).map(([each, told]) => <option key={each} value={each}>{told}</option>)}
        </select>
        <p className="form-do">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="primary" disabled={fetching}>Create</button>
        </p>
      </form>
    </Dialog>
  );
}
