import { useEffect, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { openSocket } from "../api/socket";
import { useSession } from "../session/useSession";
import { Connection } from "./Connection";
import { EventFeed } from "./EventFeed";
import { followEvents } from "./followEvents";
import { followLinks } from "./followLinks";
import { LinkStore } from "./LinkStore";
import { LiveContext } from "./useLive";

/** Opens the live connection, and keeps links and events as it tells them. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const { session, signOut } = useSession();
  const api = useClient();
  const [live] = useState(() => ({
    connection: new Connection(),
    links: new LinkStore(),
    events: new EventFeed(),
  }));

  useEffect(() => {
    const { connection, links, events } = live;
    const socket = openSocket(session, connection);
    const endConnection = connection.subscribe(() => {
      const state = connection.state();
      if (state.is === "lost") links.outdated();
      if (state.is === "refused") signOut(state.why);
    });
    const endLinks = followLinks(socket.client, links);
    const endEvents = followEvents(api, socket.client, events);
    return () => {
      endConnection();
      endLinks();
      endEvents();
      socket.end();
    };
  }, [live, session, signOut, api]);

  return <LiveContext value={live}>{children}</LiveContext>;
}
