import { useEffect, type ReactNode } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { codeOf } from "../api/problem";
import { Problem } from "../parts/Problem";
import { TenantPicker } from "./TenantPicker";
import { useSession } from "./useSession";
import { ViewerContext } from "./useViewer";

const VIEWER = graphql(`
  query Viewer {
    viewer { subject role tenant { id name } }
  }
`);

/** Asks whom the token belongs to. Platform users choose a tenant before anything else. */
export function ViewerGate({ children }: { children: ReactNode }) {
  const { signOut } = useSession();
  const [{ data, error }, ask] = useQuery({ query: VIEWER });
  const refused = error && codeOf(error) === "UNAUTHENTICATED" ? error.message : null;

  useEffect(() => {
    if (refused) signOut(refused.replace(/^\[GraphQL\] /, ""));
  }, [refused, signOut]);

  if (!data) {
    return (
      <main className="gate">
        {error ? <Problem error={error} onRetry={() => { ask(); }} /> : <p className="hint">Connecting …</p>}
      </main>
    );
  }
  const { viewer } = data;
  const tenant = viewer.tenant;
  if (!tenant) return <TenantPicker />;
  return <ViewerContext value={{ ...viewer, tenant }}>{children}</ViewerContext>;
}
