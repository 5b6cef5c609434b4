import type { Client } from "graphql-ws";
import { named, renewIfSaid } from "../api/documents";
import { graphql } from "../gql";
import type { LinkUpdatesSubscription } from "../gql/graphql";
import type { LinkStore } from "./LinkStore";

const LINK_UPDATES = graphql(`
  subscription LinkUpdates {
    linkUpdates {
      __typename
      ... on LinkSnapshot { part links { ...LinkRow } }
      ... on LinksChanged { links { ...LinkRow } }
      ... on LinksRemoved { ids }
      ... on LinksReady { cursor }
      ... on LinksStale { reason }
    }
  }
  fragment LinkRow on WirelessLink {
    id state stateSince lastSeen signalStrength remoteSignalStrength signalToNoise txCcq
    txRateKbps rxRateKbps distanceM clientMac interface
    apDevice { id hostname site { id name } }
    cpeDevice { id hostname }
  }
`);

/** Keeps `store` as `linkUpdates` tells it, across reconnects. Returns what ends that. */
export function followLinks(socket: Client, store: LinkStore): () => void {
  return socket.subscribe<LinkUpdatesSubscription>(
    named(LINK_UPDATES),
    {
      next: ({ data, errors }) => {
        if (data) heed(store, data.linkUpdates);
        else if (errors?.[0]) store.refused(errors[0].message);
      },
      error: (reason) => {
        renewIfSaid(told(reason));
        store.refused(told(reason));
      },
      complete: () => { store.outdated(); },
    },
  );
}

function heed(store: LinkStore, update: LinkUpdatesSubscription["linkUpdates"]): void {
  switch (update.__typename) {
    case "LinkSnapshot":
      if (update.part === 0) store.begin();
      store.put(update.links);
      return;
    case "LinksChanged":
      store.put(update.links);
      return;
    case "LinksRemoved":
      store.remove(update.ids);
      return;
    case "LinksReady":
      store.ready();
      return;
    case "LinksStale":
      store.outdated();
  }
}

/** A refusal is a list of GraphQL errors; anything else is the connection's, which tells itself. */
function told(reason: unknown): string {
  const first: unknown = Array.isArray(reason) ? reason[0] : null;
  return first instanceof Object && "message" in first ? String(first.message) : "the live feed ended";
}
