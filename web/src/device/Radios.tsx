import { graphql } from "../gql";
import type { RadioFragment } from "../gql/graphql";
import { Card } from "../parts/Card";
import { dbm, withUnit } from "../parts/format";

graphql(`
  fragment Radio on RadioStats { interface noiseFloor channelWidthMhz txPower registeredClients }
`);

export function Radios({ radios }: { radios: readonly RadioFragment[] }) {
  if (radios.length === 0) return null;
  return (
    <Card title="Radios">
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Interface</th>
              <th scope="col" className="number">Noise floor</th>
              <th scope="col" className="number">Channel width</th>
              <th scope="col" className="number">Power</th>
              <th scope="col" className="number">Clients</th>
            </tr>
          </thead>
          <tbody>
            {radios.map((radio, at) => (
              <tr key={radio.interface ?? at}>
                <th scope="row">{radio.interface ?? "–"}</th>
                <td className="number">{dbm(radio.noiseFloor)}</td>
                <td className="number">{withUnit(radio.channelWidthMhz, "MHz")}</td>
                <td className="number">{dbm(radio.txPower)}</td>
                <td className="number">{radio.registeredClients ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
