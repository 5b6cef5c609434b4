import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../gql";
import { Ago } from "../parts/Ago";
import { Card } from "../parts/Card";
import { FormDialog } from "../parts/FormDialog";
import { fullTime } from "../parts/format";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { CreateKeyDialog } from "./CreateKeyDialog";

const KEYS = graphql(`
  query ApiKeys {
    apiKeys(first: 500) { nodes { ...KeyRow } }
  }
  fragment KeyRow on ApiKey { id name role createdAt expiresAt revokedAt lastUsedAt }
`);

const REVOKE = graphql(`
  mutation RevokeKey($id: ID!) { revokeApiKey(id: $id) { id } }
`);

/** What programs show instead of a token. Admins only; the API refuses everybody else. */
export function ApiKeysPage() {
  const [{ data, error }, ask] = useQuery({ query: KEYS });
  const [{ error: refusal, fetching }, revoke] = useMutation(REVOKE);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string } | null>(null);

  return (
    <Page
      title="API keys"
      beside={data && <button type="button" className="primary" onClick={() => { setCreating(true); }}>New key</button>}
    >
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      {data && (
        <Card title="Keys">
          {data.apiKeys.nodes.length === 0 ? (
            <p className="empty">There are none yet. A key lets a program read, or change, what its role may.</p>
          ) : (
            <div className="table-scroll">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">For</th>
                    <th scope="col">Role</th>
                    <th scope="col" className="number">Age</th>
                    <th scope="col" className="number">Last used</th>
                    <th scope="col">Works</th>
                    <th scope="col"><span className="unseen">Revoke</span></th>
                  </tr>
                </thead>
                <tbody>
                  {data.apiKeys.nodes.map((key) => (
                    <tr key={key.id}>
                      <th scope="row">{key.name}</th>
                      <td>{key.role.toLowerCase()}</td>
                      <td className="number"><Ago time={key.createdAt} /></td>
                      <td className="number">{key.lastUsedAt ? <><Ago time={key.lastUsedAt} /> ago</> : "never"}</td>
                      <td>{works(key.revokedAt ?? null, key.expiresAt ?? null)}</td>
                      <td className="number">
                        {!key.revokedAt && (
                          <button type="button" className="small danger" onClick={() => { setRevoking(key); }}>
                            Revoke<span className="unseen"> {key.name}</span>
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Card>
      )}
      {!data && !error && <p className="empty">Loading keys …</p>}
      {revoking && (
        <FormDialog
          title={`Revoke “${revoking.name}”?`}
          action="Revoke"
          danger
          busy={fetching}
          error={refusal}
          onClose={() => { setRevoking(null); }}
          onSubmit={async () => {
            if (!(await revoke({ id: revoking.id })).data) return;
            setRevoking(null);
            ask();
          }}
        >
          <p>What uses it is shut out within two seconds, for good.</p>
        </FormDialog>
      )}
      {creating && (
        <CreateKeyDialog
          onClose={() => {
            setCreating(false);
            ask();
          }}
        />
      )}
    </Page>
  );
}

function works(revokedAt: string | null, expiresAt: string | null): string {
  if (revokedAt) return `no: revoked ${fullTime(revokedAt)}`;
  return expiresAt ? `until ${fullTime(expiresAt)}` : "until revoked";
}
