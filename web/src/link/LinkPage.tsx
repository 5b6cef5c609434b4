import { useEffect } from "react";
import { useQuery } from "urql";
import { Link } from "wouter";
import { graphql } from "../gql";
import { useLink } from "../live/useLive";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { StateBadge } from "../parts/StateBadge";
import { Availability } from "./Availability";
import { ForgetLink } from "./ForgetLink";
import { History } from "./History";
import { LinkEvents } from "./LinkEvents";
import { LinkFacts } from "./LinkFacts";

const LINK = graphql(`
  query LinkPage($id: ID!) {
    wirelessLink(id: $id) { ...LinkRow ...LinkDetail }
  }
  fragment LinkDetail on WirelessLink {
    missedPolls txRate rxRate uptimeS lastIp discoveredAt updatedAt
  }
`);

export function LinkPage({ id }: { id: string }) {
  const live = useLink(id);
  const [{ data, error, stale }, ask] = useQuery({ query: LINK, variables: { id } });
  // Each poll brings new values; what the live row lacks is read again with it.
  const polled = `${live?.lastSeen ?? ""} ${live?.state ?? ""}`;
  useEffect(() => { ask(); }, [polled, ask]);

  const read = data?.wirelessLink;
  if (!read) return <Missing error={error} loaded={data !== undefined && !stale} onRetry={() => { ask(); }} />;
  const link = { ...read, ...live };
  return (
    <Page
      title={link.cpeDevice.hostname}
      above={
        <>
          <Link href={`/devices/${link.cpeDevice.id}`}>Customer device</Link> linked to{" "}
          <Link href={`/devices/${link.apDevice.id}`}>{link.apDevice.hostname}</Link>
        </>
      }
      beside={
        <>
          <StateBadge state={link.state} />
          <ForgetLink id={id} cpe={link.cpeDevice.hostname} ap={link.apDevice.hostname} />
        </>
      }
    >
      <LinkFacts link={link} />
      <History linkId={id} apId={link.apDevice.id} />
      <div className="halves">
        <LinkEvents linkId={id} />
        <Availability linkId={id} discoveredAt={link.discoveredAt} state={link.state} />
      </div>
    </Page>
  );
}

interface MissingProps {
  error: Parameters<typeof Problem>[0]["error"] | undefined;
  loaded: boolean;
  onRetry: () => void;
}

function Missing({ error, loaded, onRetry }: MissingProps) {
  return (
    <Page title="Link">
      {error && <Problem error={error} onRetry={onRetry} />}
      {!error && <p className="empty">{loaded ? "There is no such link; it may have been forgotten." : "Loading …"}</p>}
    </Page>
  );
}
