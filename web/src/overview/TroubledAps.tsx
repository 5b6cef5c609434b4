import { useMemo } from "react";
import { Link } from "wouter";
import { useLinks } from "../live/useLive";
import { Card } from "../parts/Card";
import { StateIcon } from "../parts/StateBadge";
import { mostTroubled } from "./trouble";

const MOST = 8;

export function TroubledAps() {
  const { rows, complete } = useLinks();
  const aps = useMemo(() => mostTroubled(rows, MOST), [rows]);

  return (
    <Card title="APs with most trouble">
      {aps.length === 0 ? (
        <p className="empty">{complete ? "No link is down or degraded." : "Loading links …"}</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">AP</th>
                <th scope="col">Site</th>
                <th scope="col" className="number">Down</th>
                <th scope="col" className="number">Degraded</th>
                <th scope="col" className="number">Links</th>
              </tr>
            </thead>
            <tbody>
              {aps.map(({ ap, total, down, degraded }) => (
                <tr key={ap.id}>
                  <th scope="row"><Link href={`/devices/${ap.id}`}>{ap.hostname}</Link></th>
                  <td>{ap.site && <Link href={`/sites/${ap.site.id}`}>{ap.site.name}</Link>}</td>
                  <td className="number">{down > 0 && <StateIcon state="DOWN" />} {down}</td>
                  <td className="number">{degraded > 0 && <StateIcon state="DEGRADED" />} {degraded}</td>
                  <td className="number">{total}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
