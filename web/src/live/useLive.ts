import { createContext, useContext, useSyncExternalStore } from "react";
import type { Connection, ConnectionState } from "./Connection";
import type { EventFeed, Events } from "./EventFeed";
import type { LinkRow, Links, LinkStore } from "./LinkStore";

interface Live {
  connection: Connection;
  links: LinkStore;
  events: EventFeed;
}

export const LiveContext = createContext<Live | null>(null);

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("no live connection above");
  return live;
}

/** How the live connection is. */
export function useConnection(): ConnectionState {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

/** All links of the tenant, live. */
export function useLinks(): Links {
  const { links } = useLive();
  return useSyncExternalStore(links.subscribe, links.links);
}

/** One link, live; null while it is not known. */
export function useLink(id: string): LinkRow | null {
  const { links } = useLive();
  return useSyncExternalStore(links.subscribe, () => links.link(id));
}

/** The latest events, live. */
export function useEvents(): Events {
  const { events } = useLive();
  return useSyncExternalStore(events.subscribe, events.events);
}
