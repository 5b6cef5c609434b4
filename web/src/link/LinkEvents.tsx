import { useEffect } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { useEvents } from "../live/useLive";
import { Card } from "../parts/Card";
import { EventLine } from "../parts/EventLine";
import { Problem } from "../parts/Problem";

const EVENTS = graphql(`
  query LinkEvents($id: ID!) {
    wirelessLink(id: $id) { events(first: 50) { nodes { ...LinkEventRow } } }
  }
`);

/** What happened to one link, latest first. */
export function LinkEvents({ linkId }: { linkId: string }) {
  const [{ data, error }, ask] = useQuery({ query: EVENTS, variables: { id: linkId } });
  const latest = useEvents().rows.find((event) => event.linkId === linkId)?.id;
  useEffect(() => { ask(); }, [latest, ask]);
  const events = data?.wirelessLink?.events.nodes;

  return (
    <Card title="Transitions">
      {error && <Problem error={error} onRetry={() => { ask(); }} />}
      {!events && !error && <p className="empty">Loading …</p>}
      {events?.length === 0 && <p className="empty">Nothing has happened yet.</p>}
      <ol className="feed feed-short">
        {events?.map((event) => <EventLine key={event.id} event={event} />)}
      </ol>
    </Card>
  );
}
