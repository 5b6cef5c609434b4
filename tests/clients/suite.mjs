// Other people's clients, as they are, against a running wisplink.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { auditServer } from "graphql-http";
import { createClient as createEventClient } from "graphql-sse";
import { createClient } from "graphql-ws";

import { FEED, OPERATOR, URL_HTTP, URL_WS, VIEWER, cursor, poll, post, shortLived } from "./world.mjs";

after(() => process.stdin.destroy());

const SITES = gql`
  query Sites($first: Int!) {
    sites(first: $first) { totalCount nodes { id name } }
  }
`;

function urql(token, { exchanges = [cacheExchange, fetchExchange], fetch } = {}) {
  return new Client({
    url: URL_HTTP,
    exchanges,
    fetch,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
}

test("graphql-http's audit of the protocol finds nothing amiss", async () => {
  const results = await auditServer({
    url: URL_HTTP,
    fetchFn: (url, init) =>
      fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${VIEWER}` } }),
  });
  const failed = results.filter((result) => result.status !== "ok");
  const said = failed.map((result) => `${result.status}: ${result.name}: ${result.reason}`);
  // Requests by GET are not taken at all, which the protocol allows.
  assert.deepEqual(said.filter((line) => !/GET/.test(line)), []);
});

test("urql queries, mutates, and sees errors with their codes", async () => {
  const viewer = urql(VIEWER);
  const { data, error } = await viewer.query(SITES, { first: 10 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.sites.totalCount, 1);

  const create = gql`mutation ($name: String!) { createSite(input: { name: $name }) { name } }`;
  const refused = await viewer.mutation(create, { name: "Not mine" }).toPromise();
  assert.equal(refused.error.graphQLErrors[0].extensions.code, "FORBIDDEN");
  const made = await urql(OPERATOR).mutation(create, { name: "By urql" }).toPromise();
  assert.equal(made.data.createSite.name, "By urql");

  const many = await viewer.query(SITES, { first: 501 }).toPromise();
  assert.equal(many.error.graphQLErrors[0].extensions.code, "LIMIT_EXCEEDED");
  const stranger = await urql("x.y.z").query(SITES, { first: 1 }).toPromise();
  assert.equal(stranger.error.response.status, 401);
  assert.equal(stranger.error.graphQLErrors[0].extensions.code, "UNAUTHENTICATED");
});

test("urql's persisted queries are asked for by hash, and sent once", async () => {
  const sent = [];
  const client = urql(VIEWER, {
    exchanges: [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange],
    fetch: (url, init) => {
      sent.push("query" in JSON.parse(init.body) ? "text" : "hash");
      return fetch(url, init);
    },
  });
  for (let time = 0; time < 3; time++) {
    const { data, error } = await client.query(SITES, { first: 3 }).toPromise();
    assert.equal(error, undefined);
    assert.ok(data.sites.totalCount > 0);
  }
  assert.deepEqual(sent, ["hash", "text", "hash", "hash"]);
});

test("graphql-ws resumes behind its cursor and misses nothing", async () => {
  const variables = { after: await cursor() };
  let sockets = 0;
  let socket;
  const client = createClient({
    url: URL_WS,
    connectionParams: { authorization: `Bearer ${VIEWER}` },
    shouldRetry: () => true,
    retryWait: async () => {},
    on: {
      connected: (opened) => {
        sockets++;
        socket = opened;
      },
    },
  });
  const seen = [];
  await poll();
  for await (const { data } of client.iterate({ query: FEED, variables })) {
    seen.push(data.linkEvents);
    variables.after = data.linkEvents.cursor;
    if (seen.length === 1) {
      socket.close(4205, "lost");
      await poll();
      await poll();
    }
    if (seen.length === 3) break;
  }
  assert.equal(sockets, 2);
  assert.deepEqual(seen.map((event) => event.__typename), Array(3).fill("LinkEvent"));
  assert.equal(new Set(seen.map((event) => event.cursor)).size, 3);
  await client.dispose();
});

test("graphql-ws gives up on a bad token, and comes back with a new one when it has expired", async () => {
  const stranger = createClient({
    url: URL_WS,
    connectionParams: { authorization: "Bearer x.y.z" },
    shouldRetry: () => true,
  });
  await assert.rejects(stranger.iterate({ query: "{ __typename }" }).next(), { code: 4401 });

  const closes = [];
  let token = await shortLived();
  const client = createClient({
    url: URL_WS,
    connectionParams: () => ({ authorization: `Bearer ${token}` }),
    shouldRetry: () => true,
    retryWait: async () => {},
    on: {
      closed: ({ code }) => {
        closes.push(code);
        token = VIEWER;
      },
    },
  });
  const events = client.iterate({ query: FEED, variables: { after: await cursor() } });
  const next = events.next();
  while (closes.length === 0) await new Promise(setImmediate);
  assert.deepEqual(closes, [4403]);
  await poll();
  assert.equal((await next).value.data.linkEvents.__typename, "LinkEvent");
  await events.return();
  await client.dispose();
});

test("graphql-ws prolongs its socket with a ping that bears a new token", async () => {
  const sent = deferred();
  const token = await shortLived();
  const closes = [];
  const client = createClient({
    url: URL_WS,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    on: {
      opened: (socket) => sent.socket = socket,
      pong: (_, payload) => sent.resolve(payload),
      closed: ({ code }) => closes.push(code),
    },
  });
  const events = client.iterate({ query: FEED, variables: { after: await cursor() } });
  const next = events.next();
  const { value } = await client.iterate({ query: "{ viewer { expiresAt } }" }).next();
  const end = new Date(value.data.viewer.expiresAt);
  sent.socket.send(JSON.stringify({ type: "ping", payload: { authorization: `Bearer ${VIEWER}` } }));
  const { expiresAt } = await sent.promise;
  assert.ok(new Date(expiresAt) > end, expiresAt);
  while (new Date() <= end) await new Promise((on) => setTimeout(on, 100));
  await poll();
  assert.equal((await next).value.data.linkEvents.__typename, "LinkEvent");
  assert.deepEqual(closes, []);
  await events.return();
  await client.dispose();
});

test("graphql-sse follows the feed and resumes behind its cursor", async () => {
  const client = createEventClient({
    url: URL_HTTP,
    headers: { authorization: `Bearer ${VIEWER}` },
    retryAttempts: 0,
  });
  const variables = { after: await cursor() };
  const seen = [];
  for (let round = 0; round < 2; round++) {
    await poll();
    for await (const { data } of client.iterate({ query: FEED, variables })) {
      seen.push(data.linkEvents);
      variables.after = data.linkEvents.cursor;
      break;
    }
  }
  assert.deepEqual(seen.map((event) => event.__typename), ["LinkEvent", "LinkEvent"]);
  assert.notEqual(seen[0].cursor, seen[1].cursor);
  const answer = await client.iterate({ query: "{ viewer { role } }" }).next();
  assert.equal(answer.value.data.viewer.role, "VIEWER");
  const stranger = createEventClient({
    url: URL_HTTP,
    headers: { authorization: "Bearer x.y.z" },
    retryAttempts: 0,
  });
  await assert.rejects(stranger.iterate({ query: FEED }).next(), (error) => error.response.status === 401);
});

test("a refused operation leaves the socket open", async () => {
  const client = createClient({ url: URL_WS, connectionParams: { authorization: `Bearer ${VIEWER}` } });
  await assert.rejects(client.iterate({ query: "{ nonsense }" }).next(), (errors) =>
    errors[0].extensions.code === "BAD_INPUT");
  const { value } = await client.iterate({ query: "{ viewer { role } }" }).next();
  assert.equal(value.data.viewer.role, "VIEWER");
  await client.dispose();
});

test("every answer carries the id that the log has", async () => {
  const answer = await post("{ nonsense }");
  assert.equal(answer.status, 400);
  assert.match(answer.errors[0].extensions.requestId, /^[0-9a-f-]{36}$/);
  assert.equal("data" in answer, false);
});

/** A promise, and how to keep it. */
function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => made.resolve = resolve);
  return made;
}
