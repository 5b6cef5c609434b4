import { CloseCode, createClient, type Client } from "graphql-ws";
import type { Session } from "../session/session";
import type { Connection } from "../live/Connection";
import { withoutText } from "./documents";

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

/** The first retry comes at once, for a server that was only restarted; the others ever later. */
async function wait(retries: number): Promise<void> {
  const most = Math.min(250 * 2 ** retries, 10_000);
  await new Promise((resolve) => setTimeout(resolve, most * (0.5 + Math.random() / 2)));
}

export interface Socket {
  readonly client: Client;
  /** Closes it; nothing more is told of it then. */
  readonly end: () => void;
}

/** A WebSocket that stays open, comes back by itself, and tells `connection` how it is. */
export function openSocket(session: Session, connection: Connection): Socket {
  const { token, tenantId } = session;
  const url = new URL("/graphql", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  let pongIsDue: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const client = createClient({
    url: url.href,
    connectionParams: { authorization: `Bearer ${token}`, ...(tenantId && { "x-tenant-id": tenantId }) },
    jsonMessageReplacer: withoutText,
    lazy: false,
    keepAlive: PING_EVERY_MS,
    retryAttempts: Infinity,
    retryWait: wait,
    shouldRetry: () => true,
    onNonLazyError: () => {
      if (!ended) connection.lost();
    },
    on: {
      connected: () => { connection.opened(); },
      // Half-open connections say nothing: a ping without its pong tells.
      ping: (received) => {
        if (!received) pongIsDue = setTimeout(() => { client.terminate(); }, PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongIsDue);
      },
      closed: (event) => {
        clearTimeout(pongIsDue);
        if (ended) return;
        const code = (event as CloseEvent).code;
        if (code === (CloseCode.Unauthorized as number)) connection.refused((event as CloseEvent).reason);
        else connection.lost();
      },
    },
  });
  const end = () => {
    ended = true;
    void client.dispose();
  };
  return { client, end };
}
