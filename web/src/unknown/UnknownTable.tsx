import { useState } from "react";
import { Link } from "wouter";
import { graphql } from "../gql";
import type { UnknownRowFragment } from "../gql/graphql";
import { Ago } from "../parts/Ago";
import { Card } from "../parts/Card";
import { dbm } from "../parts/format";
import { useMay } from "../session/useViewer";
import { AdoptDialog } from "./AdoptDialog";

graphql(`
  fragment UnknownRow on UnknownClient {
    macAddress interface signalStrength reason randomized firstSeen lastSeen
    apDevice { id hostname site { id name } }
  }
`);

const REASONS = { UNMANAGED: "not managed", AMBIGUOUS: "several devices have it" };

interface Props {
  title: string;
  clients: readonly UnknownRowFragment[];
  withAp?: boolean;
  onAdopted: () => void;
}

/** Clients that APs list and that have no link; an operator makes a device of one. */
export function UnknownTable({ title, clients, withAp = false, onAdopted }: Props) {
  const [adopting, setAdopting] = useState<UnknownRowFragment | null>(null);
  const mayAdopt = useMay("OPERATOR");

  return (
    <Card title={title}>
      {clients.length === 0 ? (
        <p className="empty">None: every client that is listed is known.</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Radio</th>
                {withAp && <th scope="col">AP</th>}
                <th scope="col">Why unknown</th>
                <th scope="col" className="number">Signal</th>
                <th scope="col" className="number">First seen</th>
                <th scope="col" className="number">Last seen</th>
                {mayAdopt && <th scope="col"><span className="unseen">Adopt</span></th>}
              </tr>
            </thead>
            <tbody>
              {clients.map((client) => (
                <tr key={`${client.apDevice.id} ${client.macAddress}`}>
                  <th scope="row">
                    {client.macAddress}
                    {client.randomized && <span className="tag" title="The address was made up, as phones do">random</span>}
                  </th>
                  {withAp && <td><Link href={`/devices/${client.apDevice.id}`}>{client.apDevice.hostname}</Link></td>}
                  <td>{REASONS[client.reason]}</td>
                  <td className="number">{dbm(client.signalStrength)}</td>
                  <td className="number"><Ago time={client.firstSeen} /></td>
                  <td className="number"><Ago time={client.lastSeen} /></td>
                  {mayAdopt && (
                    <td className="number">
                      {client.reason === "UNMANAGED" && (
                        <button type="button" className="small" onClick={() => { setAdopting(client); }}>
                          Adopt<span className="unseen"> {client.macAddress}</span>
                        </button>
                      )}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adopting && (
        <AdoptDialog
          client={adopting}
          onClose={(adopted) => {
            setAdopting(null);
            if (adopted) onAdopted();
          }}
        />
      )}
    </Card>
  );
}
