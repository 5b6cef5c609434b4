import { graphql } from "../gql";
import type { InterfaceRowFragment } from "../gql/graphql";
import { Card } from "../parts/Card";

graphql(`
  fragment InterfaceRow on DeviceInterface { id name macAddress type running }
`);

export function Interfaces({ interfaces }: { interfaces: readonly InterfaceRowFragment[] }) {
  if (interfaces.length === 0) return null;
  return (
    <Card title="Interfaces">
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">MAC address</th>
              <th scope="col">Kind</th>
              <th scope="col">Running</th>
            </tr>
          </thead>
          <tbody>
            {interfaces.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.name}</th>
                <td>{each.macAddress}</td>
                <td>{each.type}</td>
                <td>{each.running ? "yes" : "no"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
