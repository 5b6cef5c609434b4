import { useQuery } from "urql";
import { graphql } from "../gql";
import { Problem } from "../parts/Problem";
import { Wordmark } from "../shell/Wordmark";
import { useSession } from "./useSession";

const TENANTS = graphql(`
  query Tenants {
    tenants(first: 500) { nodes { id name } }
  }
`);

export function TenantPicker() {
  const { actIn, signOut } = useSession();
  const [{ data, error }, ask] = useQuery({ query: TENANTS });

  return (
    <main className="gate">
      <div className="gate-card">
        <Wordmark />
        <h1>Choose a tenant</h1>
        {error && <Problem error={error} onRetry={() => { ask(); }} />}
        {data?.tenants.nodes.length === 0 && <p className="hint">There is no tenant yet.</p>}
        <ul className="choices">
          {data?.tenants.nodes.map((tenant) => (
            <li key={tenant.id}>
              <button type="button" onClick={() => { actIn(tenant.id); }}>{tenant.name}</button>
            </li>
          ))}
        </ul>
        <button type="button" className="quiet" onClick={() => { signOut(); }}>Sign out</button>
      </div>
    </main>
  );
}
