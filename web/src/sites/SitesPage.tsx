import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { Link, useLocation } from "wouter";
import { graphql } from "../gql";
import { countStates } from "../links/arrange";
import { useLinks } from "../live/useLive";
import { Card } from "../parts/Card";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { StateIcon } from "../parts/StateBadge";
import { useMay } from "../session/useViewer";
import { SiteDialog } from "./SiteDialog";

const SITES = graphql(`
  query Sites {
    sites(first: 500) { nodes { id name address } }
  }
`);

/** All sites, with how the links of their APs are. */
export function SitesPage() {
  const { rows } = useLinks();
  const bySite = useMemo(() => Map.groupBy(rows, ({ apDevice }) => apDevice.site?.id), [rows]);
  const [{ data, error }, ask] = useQuery({ query: SITES });
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay("OPERATOR");
  const [, go] = useLocation();

  return (
    <Page
      title="Sites"
      beside={mayCreate && <button type="button" className="primary" onClick={() => { setCreating(true); }}>New site</button>}
    >
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      <Card title="Sites and their links">
        {!data && !error && <p className="empty">Loading sites …</p>}
        {data?.sites.nodes.length === 0 && <p className="empty">There are no sites yet.</p>}
        {data && data.sites.nodes.length > 0 && (
          <div className="table-scroll">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Site</th>
                  <th scope="col">Address</th>
                  <th scope="col" className="number">APs</th>
                  <th scope="col" className="number">Down</th>
                  <th scope="col" className="number">Degraded</th>
                  <th scope="col" className="number">Links</th>
                </tr>
              </thead>
              <tbody>
                {data.sites.nodes.map((site) => {
                  const links = bySite.get(site.id) ?? [];
                  const counts = countStates(links);
                  const [down, degraded] = [counts.get("DOWN") ?? 0, counts.get("DEGRADED") ?? 0];
                  return (
                    <tr key={site.id}>
                      <th scope="row"><Link href={`/sites/${site.id}`}>{site.name}</Link></th>
                      <td>{site.address ?? "–"}</td>
                      <td className="number">{new Set(links.map(({ apDevice }) => apDevice.id)).size}</td>
                      <td className="number">{down > 0 && <StateIcon state="DOWN" />} {down}</td>
                      <td className="number">{degraded > 0 && <StateIcon state="DEGRADED" />} {degraded}</td>
                      <td className="number">{links.length}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {creating && (
        <SiteDialog
          onClose={(made) => {
            setCreating(false);
            if (made) go(`/sites/${made}`);
          }}
        />
      )}
    </Page>
  );
}
