// Uses GraphiQL as a developer does, with nothing in reach but wisplink itself.
import assert from "node:assert/strict";
import { open } from "./browser.mjs";
import { poll, radio } from "./stage.mjs";

const { CONSOLE, TOKEN } = process.env;
const { browser, page, complaints } = await open();

const elsewhere = [];
await page.route("**/*", (route) => {
  const url = route.request().url();
  if (url.startsWith(CONSOLE)) return route.continue();
  elsewhere.push(url);
  return route.abort();
});

async function feedCursor() {
  const answer = await fetch(`${CONSOLE}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query: "{ viewer { feedCursor } }" }),
  });
  return (await answer.json()).data.viewer.feedCursor;
}

const shown = (text) => page.locator(".result-window").getByText(text).first().waitFor();
const run = (query) => page.goto("about:blank")
  .then(() => page.goto(`/graphiql#token=${TOKEN}&query=${encodeURIComponent(query)}`))
  .then(() => page.getByRole("button", { name: /Execute query/ }).click());

const steps = {
  "a query is answered": async () => {
    await run("{ viewer { tenant { name } } }");
    await shown("Alpine Wireless");
    await page.getByText("signed in as").waitFor();
    assert.equal(new URL(page.url()).hash, "");
  },

  "the schema is there to read": async () => {
    await page.getByRole("button", { name: /Documentation Explorer/ }).click();
    await page.getByText("Root Types").waitFor();
  },

  "a subscription tells what happens, while it happens": async () => {
    await run(`subscription { linkEvents(after: ${JSON.stringify(await feedCursor())}) {
      ... on LinkEvent { toState cpeDevice { hostname } } } }`);
    await poll(0, 1, [[radio(1), -61]]);
    await shown("DISCOVERED");
    await poll(0, 2, [[radio(1), -61]]);
    await shown("ACTIVE");
  },
};

try {
  for (const [name, step] of Object.entries(steps)) {
    console.error(`  ${name}`);
    await step();
    assert.deepEqual(complaints, [], "the browser complained");
    assert.deepEqual(elsewhere, [], "asked for from elsewhere");
  }
} finally {
  await browser.close();
  process.stdin.destroy();
}
