import type { Client as Socket } from "graphql-ws";
import type { Client as Api } from "urql";
import { named, renewIfSaid } from "../api/documents";
import { graphql } from "../gql";
import type { FollowEventsSubscription, LatestEventsQuery } from "../gql/graphql";
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

  /** Asks for the latest events until it has them. */
  async function latest(take: (told: LatestEventsQuery) => void): Promise<void> {
    const { data } = await api.query(LATEST, {}).toPromise();
    if (ended) return;
    if (data) take(data);
    else retry = setTimeout(() => void latest(take), RETRY_AFTER_MS);
  }

  void latest(({ linkEvents, viewer }) => {
    feed.begin(linkEvents.nodes, viewer.feedCursor ?? null);
    // What could not be had as it happened may be known all the same.
    end = follow(socket, feed, () => void latest((told) => { feed.fill(told.linkEvents.nodes); }));
  });
  return () => {
    ended = true;
    clearTimeout(retry);
    end?.();
  };
}

function follow(socket: Socket, feed: EventFeed, onReset: () => void): () => void {
  // Read anew whenever the socket has come back: the feed goes on behind the last event seen.
  const variables = {
    get after() {
      return feed.cursor;
    },
  };
  return socket.subscribe<FollowEventsSubscription>(
    named(FOLLOW, variables),
    {
      next: ({ data }) => {
        const item = data?.linkEvents;
        if (item?.__typename === "LinkEvent") feed.add(item);
        else if (item) {
          feed.reset(item.cursor);
          onReset();
        }
      },
      // What the connection itself does is shown elsewhere.
      error: (reason) => { renewIfSaid(JSON.stringify(reason)); },
      complete: () => undefined,
    },
  );
}
