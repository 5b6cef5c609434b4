import { useMemo, type ReactNode } from "react";
import { Client, Provider, fetchExchange } from "urql";
import { namingDocuments } from "./documents";
import { useSession } from "../session/useSession";

/** The GraphQL client for queries and mutations. It keeps nothing: what is shown was just asked. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const { session } = useSession();
  const client = useMemo(
    () =>
      new Client({
        url: "/graphql",
        exchanges: [namingDocuments, fetchExchange],
        requestPolicy: "network-only",
        preferGetMethod: false,
        fetchOptions: {
          headers: {
            authorization: `Bearer ${session.token}`,
            ...(session.tenantId && { "x-tenant-id": session.tenantId }),
          },
        },
      }),
    [session],
  );
  return <Provider value={client}>{children}</Provider>;
}
