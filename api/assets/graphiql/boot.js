// Starts GraphiQL: keeps the token, sends it along, and runs subscriptions over the WebSocket.
"use strict";

(() => {
  const TOKEN = "wisplink.token";
  const HTTP_URL = new URL("/graphql", location.href).href;
  const SOCKET_URL = HTTP_URL.replace(/^http/, "ws");
  const NO_TOKEN = "no token: paste one into the bar above, or open this page with #token=<token>";

  const DEFAULT_QUERY = `# The weakest links first. Run with Ctrl+Enter.
query WeakestLinks {
  wirelessLinks(first: 10, orderBy: { field: SIGNAL_STRENGTH, direction: ASC }) {
    totalCount
    nodes {
      id
      state
      stateSince
      signalStrength
      txCcq
      lastSeen
      apDevice { hostname }
      cpeDevice { hostname }
    }
    pageInfo { hasNextPage endCursor }
  }
}

# What happens to links, live. Put it into a tab of its own. To go on after a
# break without a gap: linkEvents(after: "<the last cursor you saw>").
#
# subscription LinkEvents {
#   linkEvents {
#     ... on LinkEvent {
#       cursor
#       at
#       fromState
#       toState
#       reason
#       signalStrength
#       clientMac
#       apDevice { hostname }
#       cpeDevice { hostname }
#     }
#     ... on FeedReset { cursor reason }
#   }
# }
`;

  // ---- The token -------------------------------------------------------------------------------

  const currentToken = () => sessionStorage.getItem(TOKEN) ?? "";

  function keepToken(text) {
    const token = text.trim().replace(/^bearer\s+/i, "");
    if (token) {
      sessionStorage.setItem(TOKEN, token);
    } else {
      sessionStorage.removeItem(TOKEN);
    }
  }

  /** Takes token and query out of the fragment; the address bar and the history forget them. */
  function takeFragment() {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const token = fragment.get("token");
    const query = fragment.get("query");
    if (token !== null) {
      keepToken(token);
    }
    if (token !== null || query !== null) {
      history.replaceState(null, "", location.pathname + location.search);
    }
    return { token, query };
  }

  /** What the token says of itself; null when it is no JWT. Nothing is verified here. */
  function claimsOf(token) {
    try {
      const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
      const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
      const claims = JSON.parse(new TextDecoder().decode(bytes));
      return typeof claims === "object" ? claims : null;
    } catch {
      return null;
    }
  }

  function tokenState(token) {
    if (!token) {
      return { kind: "none", text: "not signed in" };
    }
    const claims = claimsOf(token);
    if (!claims) {
      return { kind: "bad", text: "this is no token: it has no readable claims" };
    }
    const who = `signed in as ${claims.sub ?? "?"} (${claims.role ?? "no role"})`;
    const tenant = claims.tenant_id
      ? `tenant ${claims.tenant_id}`
      : 'no tenant: name one under Headers, {"x-tenant-id": "…"}';
    const left = Number(claims.exp) * 1000 - Date.now();
    if (!Number.isFinite(left)) {
      return { kind: "bad", text: `${who} · ${tenant} · without expiry` };
    }
    const at = new Date(Number(claims.exp) * 1000).toLocaleString();
    return left > 0
      ? { kind: "good", text: `${who} · ${tenant} · expires ${at} (in ${duration(left)})` }
      : { kind: "bad", text: `${who} · ${tenant} · EXPIRED ${at}; get a new token` };
  }

  function duration(milliseconds) {
    const minutes = Math.floor(milliseconds / 60_000);
    if (minutes < 1) return "less than a minute";
    if (minutes < 120) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
  }

  // ---- Queries and mutations -------------------------------------------------------------------

  /** Something for the answer pane, in the form of a GraphQL answer. */
  const failure = (message, extensions) => ({ errors: [{ message, extensions }] });

  async function post(params, headers, token) {
    let response;
    try {
      response = await fetch(HTTP_URL, {
        method: "POST",
        credentials: "omit",
        headers: {
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json",
          authorization: `Bearer ${token}`,
          ...headers,
        },
        body: JSON.stringify(params),
      });
    } catch (error) {
      return failure(`the server was not reached: ${error.message}`);
    }
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      const seen = text.slice(0, 500) || "nothing";
      return failure(`HTTP ${response.status}, and what came is no JSON: ${seen}`);
    }
  }

  // ---- Subscriptions ---------------------------------------------------------------------------

  const CLOSES = {
    1006: "the connection broke, or the server refused it. Is it running? Does a proxy in between let WebSockets through?",
    1012: "the server restarts; run the subscription again",
    1013: "this page read too slowly; run the subscription again",
    4400: "the server did not understand a message",
    4401: "the server did not accept the token; put a valid one into the bar above",
    4403: "the token has expired; put a new one into the bar above and run the subscription again",
    4406: "the server does not speak graphql-transport-ws",
    4408: "the server waited in vain for connection_init",
    4409: "the subscription's id is in use already",
    4429: "connection_init was sent twice",
  };

  /** Why a subscription ended: a list of GraphQL errors, a closed socket, or a fault. */
  function ending(error, last) {
    if (Array.isArray(error)) {
      return { errors: error };
    }
    const lastAnswer = last === undefined ? {} : { lastAnswer: last };
    if (typeof error?.code === "number") {
      const told = error.reason ? ` (${error.reason})` : "";
      const words = CLOSES[error.code] ?? "the server closed the socket";
      const extensions = { closeCode: error.code, ...lastAnswer };
      return failure(`subscription ended: ${words}${told}`, extensions);
    }
    return failure(`subscription ended: ${error?.message ?? error}`, lastAnswer);
  }

  /** One socket for each subscription, so that it always has the token and tenant of its start. */
  function subscribe(params, headers, token) {
    const own = new Headers(headers);
    const payload = { authorization: own.get("authorization") ?? `Bearer ${token}` };
    if (own.has("x-tenant-id")) {
      payload["x-tenant-id"] = own.get("x-tenant-id");
    }
    const client = graphqlWs.createClient({
      url: SOCKET_URL,
      connectionParams: payload,
      // A silent reconnect would leave a gap in the feed: better to say that it ended.
      retryAttempts: 0,
    });
    const answers = client.iterate(params);
    let last;
    let ended = false;
    return {
      async next() {
        if (ended) {
          return { done: true, value: undefined };
        }
        try {
          const answer = await answers.next();
          ended = answer.done;
          last = answer.value ?? last;
          return answer;
        } catch (error) {
          ended = true;
          return { done: false, value: ending(error, last) };
        }
      },
      async return() {
        ended = true;
        await answers.return();
        await client.dispose();
        return { done: true, value: undefined };
      },
      async throw(error) {
        await this.return();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  // ---- The page --------------------------------------------------------------------------------

  function isSubscription(documentAST, operationName) {
    const operations = (documentAST?.definitions ?? []).filter(
      (definition) => definition.kind === "OperationDefinition",
    );
    const chosen = operationName
      ? operations.find((operation) => operation.name?.value === operationName)
      : operations[0];
    return chosen?.operation === "subscription";
  }

  /** A new fetcher for each token: that makes GraphiQL load the schema anew. */
  const fetcherFor = (token) => async (params, options) => {
    const headers = options?.headers ?? {};
    if (!token && !new Headers(headers).has("authorization")) {
      return failure(NO_TOKEN);
    }
    return isSubscription(options?.documentAST, params.operationName)
      ? subscribe(params, headers, token)
      : post(params, headers, token);
  };

  const field = document.getElementById("token");
  const forget = document.getElementById("forget");
  const state = document.getElementById("state");
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  const given = takeFragment();

  function showState() {
    const { kind, text } = tokenState(currentToken());
    if (state.value !== text) {
      state.value = text;
      state.dataset.kind = kind;
    }
    forget.hidden = kind === "none";
  }

  function show(query) {
    showState();
    const props = { fetcher: fetcherFor(currentToken()), defaultQuery: DEFAULT_QUERY };
    if (query) {
      props.query = query;
    }
    root.render(React.createElement(GraphiQL, props));
  }

  function signIn(text) {
    keepToken(text);
    field.value = "";
    show(given.query);
  }

  field.addEventListener("change", () => field.value.trim() && signIn(field.value));
  forget.addEventListener("click", () => signIn(""));
  window.addEventListener("hashchange", () => {
    const { token, query } = takeFragment();
    given.query = query ?? given.query;
    if (token !== null || query !== null) {
      show(given.query);
    }
  });
  setInterval(showState, 10_000);
  show(given.query);
})();
