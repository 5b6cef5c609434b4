// The wisplink under test. The Rust test that starts this suite runs it, and lets polls come when
// told so by a line on standard output.
import { createInterface } from "node:readline";

import WebSocket from "ws";

// Node has had one of its own since 22 only.
globalThis.WebSocket ??= WebSocket;

export const URL_HTTP = process.env.TEST_URL;
export const URL_WS = URL_HTTP.replace(/^http/, "ws");
export const VIEWER = process.env.TEST_VIEWER;
export const OPERATOR = process.env.TEST_OPERATOR;
/** A viewer's token that ends a few seconds after it was asked for. */
export const shortLived = () => ask("token");

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Lets an AP be polled so that one more thing happens to a link. */
export const poll = () => ask("poll");

async function ask(what) {
  process.stdout.write(`\n@${what}\n`);
  return (await answers.next()).value;
}

/** A plain request, as by hand. */
export async function post(query, variables, { token = VIEWER, headers = {} } = {}) {
  const response = await fetch(URL_HTTP, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...(await response.json()) };
}

export async function cursor() {
  return (await post("{ viewer { feedCursor } }")).data.viewer.feedCursor;
}

export const FEED = `subscription ($after: String) {
  linkEvents(after: $after) {
    __typename
    ... on LinkEvent { cursor toState }
    ... on FeedReset { cursor }
  }
}`;
