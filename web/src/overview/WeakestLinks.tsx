import { useMemo } from "react";
import { Link } from "wouter";
import { useLinks } from "../live/useLive";
import { Ago } from "../parts/Ago";
import { Card } from "../parts/Card";
import { SignalMeter } from "../parts/SignalMeter";
import { StateBadge } from "../parts/StateBadge";
import { weakest } from "./trouble";

const MOST = 10;

export function WeakestLinks() {
  const { rows, complete } = useLinks();
  const links = useMemo(() => weakest(rows, MOST), [rows]);

  return (
    <Card title="Weakest links" beside={<Link href="/links?order=signal&group=none">All by signal</Link>}>
      {links.length === 0 ? (
        <p className="empty">{complete ? "No link is connected." : "Loading links …"}</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">CPE</th>
                <th scope="col">AP</th>
                <th scope="col">State</th>
                <th scope="col" className="number">Signal, dBm</th>
                <th scope="col" className="number">In state</th>
              </tr>
            </thead>
            <tbody>
              {links.map((link) => (
                <tr key={link.id}>
                  <th scope="row"><Link href={`/links/${link.id}`}>{link.cpeDevice.hostname}</Link></th>
                  <td><Link href={`/devices/${link.apDevice.id}`}>{link.apDevice.hostname}</Link></td>
                  <td><StateBadge state={link.state} /></td>
                  <td className="number">
                    <SignalMeter dbm={link.signalStrength} weak={link.state === "DEGRADED"} />
                  </td>
                  <td className="number"><Ago time={link.stateSince} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
