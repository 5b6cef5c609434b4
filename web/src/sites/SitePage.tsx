import { useMemo } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { arrange } from "../links/arrange";
import { LinkTable } from "../links/LinkTable";
import { useOrder } from "../links/useOrder";
import { useLinks } from "../live/useLive";
import { Facts } from "../parts/Facts";
import { withUnit } from "../parts/format";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { SiteActions } from "./SiteActions";

const SITE = graphql(`
  query SitePage($id: ID!) {
    site(id: $id) { ...SiteFacts }
  }
`);

/** A site and the links of its APs. */
export function SitePage({ id }: { id: string }) {
  const [{ data, error }, ask] = useQuery({ query: SITE, variables: { id } });
  const { rows } = useLinks();
  const [order, choose] = useOrder();
  const links = useMemo(() => rows.filter(({ apDevice }) => apDevice.site?.id === id), [rows, id]);
  const lines = useMemo(() => arrange(links, { ...order, grouped: true }), [links, order]);
  const site = data?.site;

  if (!site) {
    return (
      <Page title="Site">
        {error && <Problem error={error} onRetry={() => { ask(); }} />}
        {!error && <p className="empty">{data ? "There is no such site." : "Loading …"}</p>}
      </Page>
    );
  }
  const place = site.latitude != null && site.longitude != null ? `${site.latitude}, ${site.longitude}` : "–";
  return (
    <Page title={site.name} above="Site" beside={<SiteActions site={site} onChanged={() => { ask(); }} />}>
      <Facts
        facts={[
          { name: "Address", value: site.address ?? "–" },
          { name: "Latitude, longitude", value: place },
          { name: "Elevation", value: withUnit(site.elevationM, "m") },
          { name: "APs with links", value: new Set(links.map(({ apDevice }) => apDevice.id)).size },
          { name: "Links", value: links.length },
        ]}
      />
      <LinkTable
        lines={lines}
        {...order}
        withAp={false}
        onOrder={choose}
        empty="No links."
      />
    </Page>
  );
}
