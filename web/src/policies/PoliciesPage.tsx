import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { useLinks } from "../live/useLive";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { PlacePicker } from "./PlacePicker";
import { PolicyForm } from "./PolicyForm";
import type { Place } from "./thresholds";

const POLICY = graphql(`
  query Policy($siteId: ID, $deviceId: ID) {
    linkPolicy(siteId: $siteId, deviceId: $deviceId) { ...Policy }
  }
  fragment Policy on LinkPolicy {
    updatedAt
    values { threshold value source own inherited minimum maximum }
  }
`);

/** When links count as weak, confirmed, down or stale: for the tenant, for a site, for an AP. */
export function PoliciesPage() {
  const [place, setPlace] = useState<Place>({});
  const [{ data, error, fetching }, ask] = useQuery({ query: POLICY, variables: place });
  const { rows } = useLinks();
  const concerned = useMemo(() => rows.filter(({ apDevice }) => isAt(place, apDevice)), [rows, place]);

  return (
    <Page title="Policies" beside={<PlacePicker place={place} onChange={setPlace} />}>
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      {data && !fetching && (
        <PolicyForm
          key={JSON.stringify([place, data.linkPolicy])}
          place={place}
          policy={data.linkPolicy}
          links={concerned}
          onChanged={() => { ask(); }}
        />
      )}
    </Page>
  );
}

function isAt(place: Place, ap: { id: string; site?: { id: string } | null }): boolean {
  if ("siteId" in place) return ap.site?.id === place.siteId;
  return !("deviceId" in place) || ap.id === place.deviceId;
}
