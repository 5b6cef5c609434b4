import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { count } from "../parts/format";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { UnknownTable } from "./UnknownTable";

const UNKNOWN = graphql(`
  query UnknownClients($filter: UnknownClientFilter) {
    unknownClients(first: 500, filter: $filter) {
      totalCount
      nodes { ...UnknownRow }
    }
  }
`);

const RENEW_EVERY_MS = 15_000;

export function UnknownClientsPage() {
  const [withRandom, setWithRandom] = useState(false);
  const filter = withRandom ? null : { randomized: false };
  const [{ data, error }, ask] = useQuery({ query: UNKNOWN, variables: { filter } });
  useEffect(() => {
    const timer = setInterval(() => { ask(); }, RENEW_EVERY_MS);
    return () => { clearInterval(timer); };
  }, [ask]);
  const found = data?.unknownClients;

  return (
    <Page
      title="Unknown clients"
      beside={
        <>
          {found && (
            <p className="tally">
              {found.totalCount > found.nodes.length ? `the ${found.nodes.length} found last of ` : ""}
              {count(found.totalCount, "client")}
            </p>
          )}
          <label className="check">
            <input type="checkbox" checked={withRandom} onChange={(event) => { setWithRandom(event.target.checked); }} />
            Phones with random addresses, too
          </label>
        </>
      }
    >
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      {found && <UnknownTable title="Listed by APs, without a link" clients={found.nodes} withAp onAdopted={() => { ask(); }} />}
    </Page>
  );
}
