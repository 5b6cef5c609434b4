import { useEffect, useMemo } from "react";
import { useQuery } from "urql";
import { Link } from "wouter";
import { graphql } from "../gql";
import { LinkList } from "../links/LinkList";
import { useLinks } from "../live/useLive";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { UnknownTable } from "../unknown/UnknownTable";
import { DeviceActions } from "./DeviceActions";
import { DeviceFacts } from "./DeviceFacts";
import { Interfaces } from "./Interfaces";
import { Radios } from "./Radios";
import { Registrations } from "./Registrations";

const DEVICE = graphql(`
  query DevicePage($id: ID!) {
    device(id: $id) {
      ...DeviceFacts
      lastPoll { ...Poll }
      rfStats { ...Radio }
      registrations { ...RegistrationRow }
      unknownClients(first: 100) { nodes { ...UnknownRow } }
      interfaces { ...InterfaceRow }
    }
  }
`);

/** A device as AP, as CPE, or both: what it hears, what hears it, what it is. */
export function DevicePage({ id }: { id: string }) {
  const { rows } = useLinks();
  const served = useMemo(() => rows.filter(({ apDevice }) => apDevice.id === id), [rows, id]);
  const used = useMemo(() => rows.filter(({ cpeDevice }) => cpeDevice.id === id), [rows, id]);
  const [{ data, error }, ask] = useQuery({ query: DEVICE, variables: { id } });
  // Each poll of an AP shows in its links; what else it brought is read again then.
  const polled = [...served, ...used].reduce((latest, { lastSeen }) => (lastSeen > latest ? lastSeen : latest), "");
  useEffect(() => { ask(); }, [polled, ask]);

  const device = data?.device;
  if (!device) {
    return (
      <Page title="Device">
        {error && <Problem error={error} onRetry={() => { ask(); }} />}
        {!error && <p className="empty">{data ? "There is no such device." : "Loading …"}</p>}
      </Page>
    );
  }
  const isAp = served.length > 0 || device.lastPoll != null;
  return (
    <Page
      title={device.hostname}
      above={
        <>
          {isAp ? "Access point" : "Customer device"}
          {device.site && <> at <Link href={`/sites/${device.site.id}`}>{device.site.name}</Link></>}
        </>
      }
      beside={<DeviceActions device={device} links={served.length + used.length} onChanged={() => { ask(); }} />}
    >
      <DeviceFacts device={device} poll={device.lastPoll ?? null} />
      {isAp && <LinkList title="Links" links={served} />}
      {used.length > 0 && <LinkList title="Its links as CPE" links={used} withAp />}
      {isAp && (
        <>
          <Radios radios={device.rfStats} />
          <Registrations registrations={device.registrations} />
          <UnknownTable title="Unknown clients" clients={device.unknownClients.nodes} onAdopted={() => { ask(); }} />
        </>
      )}
      <Interfaces interfaces={device.interfaces} />
    </Page>
  );
}
