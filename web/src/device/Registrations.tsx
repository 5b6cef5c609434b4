import { Link } from "wouter";
import { graphql } from "../gql";
import type { RegistrationRowFragment } from "../gql/graphql";
import { Card } from "../parts/Card";
import { dbm, rate, withUnit } from "../parts/format";

graphql(`
  fragment RegistrationRow on Registration {
    macAddress interface signalStrength remoteSignalStrength signalToNoise txCcq txRateKbps rxRateKbps
    link { id }
    device { id hostname }
  }
`);

/** What the AP showed at its last good poll, managed or not. */
export function Registrations({ registrations }: { registrations: readonly RegistrationRowFragment[] }) {
  return (
    <Card title="Clients at the last poll">
      {registrations.length === 0 ? (
        <p className="empty">It listed none.</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Radio</th>
                <th scope="col">Device</th>
                <th scope="col">Interface</th>
                <th scope="col" className="number">Signal</th>
                <th scope="col" className="number">Remote</th>
                <th scope="col" className="number">SNR</th>
                <th scope="col" className="number">CCQ</th>
                <th scope="col" className="number">To client</th>
                <th scope="col" className="number">From client</th>
              </tr>
            </thead>
            <tbody>
              {registrations.map((each) => (
                <tr key={`${each.interface ?? ""} ${each.macAddress}`}>
                  <th scope="row">{each.macAddress}</th>
                  <td><Owner registration={each} /></td>
                  <td>{each.interface ?? "–"}</td>
                  <td className="number">{dbm(each.signalStrength)}</td>
                  <td className="number">{dbm(each.remoteSignalStrength)}</td>
                  <td className="number">{withUnit(each.signalToNoise, "dB")}</td>
                  <td className="number">{withUnit(each.txCcq, "%")}</td>
                  <td className="number">{rate(each.txRateKbps)}</td>
                  <td className="number">{rate(each.rxRateKbps)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Owner({ registration: { device, link } }: { registration: RegistrationRowFragment }) {
  if (!device) return <span className="soft">not managed</span>;
  return <Link href={link ? `/links/${link.id}` : `/devices/${device.id}`}>{device.hostname}</Link>;
}
