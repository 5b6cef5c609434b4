import { useDeferredValue, useState } from "react";
import { useQuery } from "urql";
import { Link, useLocation, useSearchParams } from "wouter";
import { graphql } from "../gql";
import { Ago } from "../parts/Ago";
import { Card } from "../parts/Card";
import { count } from "../parts/format";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { useMay } from "../session/useViewer";
import { DeviceDialog } from "./DeviceDialog";
import { DeviceStatus } from "./DeviceStatus";

const DEVICES = graphql(`
  query Devices($search: String, $after: String, $before: String, $first: Int, $last: Int) {
    devices(
      first: $first, last: $last, after: $after, before: $before, filter: { search: $search },
      orderBy: { field: HOSTNAME, direction: ASC }
    ) {
      totalCount
      nodes { ...DeviceRow }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
  fragment DeviceRow on Device {
    id hostname status model ipAddress lastSeen
    site { id name }
  }
`);

const A_PAGE = 100;

/** Which page: behind or before a cursor. */
type Place = { after: string } | { before: string } | Record<string, never>;

/** All devices, with or without links, found by name, model, address. */
export function DevicesPage() {
  const [params, setParams] = useSearchParams();
  const search = params.get("q") ?? "";
  const wanted = useDeferredValue(search);
  const [{ place, of }, setPlace] = useState<{ place: Place; of: string }>({ place: {}, of: "" });
  const here = of === wanted ? place : {};
  const size = "before" in here ? { last: A_PAGE } : { first: A_PAGE };
  const [{ data, error }, ask] = useQuery({ query: DEVICES, variables: { search: wanted, ...here, ...size } });
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay("OPERATOR");
  const [, go] = useLocation();
  const found = data?.devices;
  const turn = (to: Place) => { setPlace({ place: to, of: wanted }); };

  return (
    <Page
      title="Devices"
      beside={
        <>
          {found && <p className="tally" role="status">{count(found.totalCount, "device")}</p>}
          {mayCreate && <button type="button" className="primary" onClick={() => { setCreating(true); }}>New device</button>}
        </>
      }
    >
      <form className="filters" role="search" onSubmit={(event) => { event.preventDefault(); }}>
        <input
          type="search"
          aria-label="Search by host name, model, serial number, IP or MAC address"
          placeholder="Host name, model, serial number, IP or MAC"
          className="wide"
          maxLength={100}
          value={search}
          onChange={(event) => { setParams(event.target.value ? { q: event.target.value } : {}, { replace: true }); }}
        />
      </form>
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      {found && (
        <Card title="By host name">
          {found.nodes.length === 0 ? (
            <p className="empty">{wanted ? "No device matches." : "There are no devices yet."}</p>
          ) : (
            <div className="table-scroll">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Device</th>
                    <th scope="col">Site</th>
                    <th scope="col">Status</th>
                    <th scope="col">Model</th>
                    <th scope="col">Address</th>
                    <th scope="col" className="number">Last reached</th>
                  </tr>
                </thead>
                <tbody>
                  {found.nodes.map((device) => (
                    <tr key={device.id}>
                      <th scope="row"><Link href={`/devices/${device.id}`}>{device.hostname}</Link></th>
                      <td>{device.site ? <Link href={`/sites/${device.site.id}`}>{device.site.name}</Link> : "–"}</td>
                      <td><DeviceStatus status={device.status} /></td>
                      <td>{device.model ?? "–"}</td>
                      <td>{device.ipAddress ?? "–"}</td>
                      <td className="number">{device.lastSeen ? <><Ago time={device.lastSeen} /> ago</> : "–"}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <Turning
            before={found.pageInfo.hasPreviousPage ? found.pageInfo.startCursor : null}
            after={found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null}
            onTurn={turn}
          />
        </Card>
      )}
      {!found && !error && <p className="empty">Loading devices …</p>}
      {creating && (
        <DeviceDialog
          onClose={(made) => {
            setCreating(false);
            if (made) go(`/devices/${made}`);
          }}
        />
      )}
    </Page>
  );
}

interface TurningProps {
  before: string | null | undefined;
  after: string | null | undefined;
  onTurn: (to: Place) => void;
}

function Turning({ before, after, onTurn }: TurningProps) {
  if (!before && !after) return null;
  return (
    <div className="card-foot">
      <button type="button" disabled={!before} onClick={() => { if (before) onTurn({ before }); }}>Previous</button>
      <button type="button" disabled={!after} onClick={() => { if (after) onTurn({ after }); }}>Next</button>
    </div>
  );
}
