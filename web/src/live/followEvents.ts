import { print } from "graphql";
import type { Client as Socket } from "graphql-ws";
import type { Client as Api } from "urql";
import { graphql } from "../gql";
import type { FollowEventsSubscription } from "../gql/graphql";
import type { EventFeed } from "./EventFeed";

const LATEST = graphql(`
  query LatestEvents {
    viewer { feedCursor }
    linkEvents(first: 100) { nodes { ...LinkEventRow } }
  }
  fragment LinkEventRow on LinkEvent {
    id cursor at reason fromState toState signalStrength clientMac linkId
    apDevice { id hostname }
    cpeDevice { id hostname }
    otherApDevice { id hostname }
  }
`);

const FOLLOW = graphql(`
  subscription FollowEvents($after: String) {
    linkEvents(after: $after) {
      __typename
      ... on LinkEvent { ...LinkEventRow }
      ... on FeedReset { cursor }
    }
  }
`);

const RETRY_AFTER_MS = 2_000;

/** Fills `feed` with the latest events and keeps it going, across reconnects, without a gap. */
export function followEvents(api: Api, socket: Socket, feed: EventFeed): () => void {
  let end: (() => void) | null = null;
  let ended = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function start(): Promise<void> {
    const { data } = await api.query(LATEST, {}).toPromise();
    if (ended) return;
    if (!data) {
      retry = setTimeout(() => void start(), RETRY_AFTER_MS);
      return;
    }
    feed.begin(data.linkEvents.nodes, data.viewer.feedCursor ?? null);
    end = follow(socket, feed);
  }

  void start();
  return () => {
    ended = true;
    clearTimeout(retry);
    end?.();
  };
}

function follow(socket: Socket, feed: EventFeed): () => void {
  // Read anew whenever the socket has come back: the feed goes on behind the last event seen.
  const variables = {
    get after() {
      return feed.cursor;
    },
  };
  return socket.subscribe<FollowEventsSubscription>(
    { query: print(FOLLOW), variables },
    {
      next: ({ data }) => {
        const item = data?.linkEvents;
        if (item?.__typename === "LinkEvent") feed.add(item);
        else if (item) feed.reset(item.cursor);
      },
      // What the connection itself does is shown elsewhere; the feed can be refused for nothing else.
      error: () => undefined,
      complete: () => undefined,
    },
  );
}
