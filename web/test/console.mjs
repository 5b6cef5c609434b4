// Uses the console as an operator does, while a network is played around it.
import assert from "node:assert/strict";
import { inaccessible, open } from "./browser.mjs";
import { STRANGER, poll, radio, startServer, stopServer } from "./stage.mjs";

const { TOKEN } = process.env;
const { browser, page, complaints, outage } = await open();

const line = (cpe) => page.getByRole("row", { name: cpe });
const shows = (row, text) => row.getByText(text, { exact: true }).waitFor();
const chip = (state) => page.getByRole("search").locator("label", { hasText: state });
const goes = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();

/** Steps follow each other; a page reloaded by itself loses this mark. */
const mark = () => page.evaluate(() => { globalThis.sameDocument = true; });
const isSameDocument = () => page.evaluate(() => globalThis.sameDocument === true);

const steps = {
  "a wrong token is told to be wrong": async () => {
    await page.goto("/");
    await page.getByLabel("Token or API key").fill("nonsense");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await inaccessible(page), []);
    // Chromium reports every refusal; this one is meant.
    assert.match(complaints.splice(0).join(), /^[^,]*401[^,]*$/);
  },

  "signing in by the address leaves no token there": async () => {
    await page.goto(`/#token=${TOKEN}`);
    await page.reload();
    await shows(page.getByRole("status").first(), "Live");
    assert.equal(new URL(page.url()).hash, "");
  },

  "links appear as they are discovered, with their values": async () => {
    await goes("Links");
    await mark();
    await poll(0, 1, [[radio(1), -61], [radio(2), -67]]);
    await shows(line("cpe-1"), "Discovered");
    await poll(0, 2, [[radio(1), -62], [radio(2), -67]]);
    await shows(line("cpe-1"), "Active");
    await shows(line("cpe-1"), "−62");
  },

  "a link goes down and comes back before one's eyes": async () => {
    for (const minute of [3, 4, 5]) await poll(0, minute, [[radio(2), -67]]);
    await shows(line("cpe-1"), "Down");
    await poll(0, 6, [[radio(1), -60], [radio(2), -67]]);
    await shows(line("cpe-1"), "Active");
    assert.ok(await isSameDocument());
  },

  "search, filter and order stand in the address": async () => {
    await page.getByRole("searchbox").fill("cpe-2");
    await line("cpe-1").waitFor({ state: "detached" });
    await page.getByRole("searchbox").fill("");
    await chip("Down").click();
    await page.getByText("No link matches.").waitFor();
    await chip("Down").click();
    await chip("Active").click();
    await page.getByRole("button", { name: "Signal" }).click();
    assert.equal(new URL(page.url()).search, "?state=ACTIVE&order=signal");
    await page.reload();
    await line("cpe-2").waitFor();
    assert.ok(await page.getByRole("checkbox", { name: /^Active/ }).isChecked());
    assert.deepEqual(await inaccessible(page), []);
  },

  "the keyboard goes from line to line": async () => {
    await page.getByRole("link", { name: "ap-1" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("link", { name: "cpe-2" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "cpe-2" }).waitFor();
  },

  "a link has its charts, for any range": async () => {
    await page.getByRole("img", { name: /^Signal over time: between −67 dBm and −67 dBm/ }).waitFor();
    await page.getByText("90 d", { exact: true }).click();
    await page.getByRole("img", { name: /degraded below −80 dBm/ }).waitFor();
    assert.equal(await page.locator("canvas").count(), 2);
    assert.deepEqual(await inaccessible(page), []);
  },

  "the overview tells what happened": async () => {
    await goes("Overview");
    await page.getByRole("listitem").filter({ hasText: "missed polls" }).first().waitFor();
    assert.deepEqual(await inaccessible(page), []);
  },

  "while the server is away nothing is passed off as current": async () => {
    await goes("Links");
    await line("cpe-1").waitFor();
    await mark();
    outage.now = true;
    await stopServer();
    await page.getByRole("alert").filter({ hasText: "Disconnected since" }).waitFor();
    assert.ok(await page.locator("main.outdated").isVisible());
    for (const minute of [7, 8, 9]) await poll(0, minute, [[radio(2), -67], [radio(3), -72]]);
    await poll(0, 10, [[radio(2), -67], [radio(3), -72]]);
  },

  "after a restart no row is stale": async () => {
    await startServer();
    await shows(page.getByRole("status").first(), "Live");
    await shows(line("cpe-1"), "Down");
    await shows(line("cpe-3"), "Active");
    assert.equal(await page.locator("main.outdated").count(), 0);
    assert.ok(await isSameDocument());
    outage.now = false;
  },

  "what happened meanwhile is in the feed, once": async () => {
    await goes("Overview");
    const lines = page.getByRole("listitem").filter({ hasText: "missed polls" });
    await lines.nth(1).waitFor();
    assert.equal(await lines.count(), 2);
  },

  "an unknown client is adopted, and has a link": async () => {
    await poll(1, 11, [[STRANGER, -70]]);
    await goes("Unknown clients");
    await page.getByRole("button", { name: `Adopt ${STRANGER}` }).click();
    await page.getByLabel("Host name").fill("cpe-new");
    assert.deepEqual(await inaccessible(page), []);
    await page.getByRole("dialog").getByRole("button", { name: "Adopt", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    for (const minute of [12, 13]) await poll(1, minute, [[STRANGER, -70]]);
    await goes("Links");
    await shows(line("cpe-new"), "Active");
  },

  "an AP shows its clients and radios": async () => {
    await page.getByRole("link", { name: "ap-1" }).click();
    await page.getByRole("heading", { name: "ap-1" }).waitFor();
    await page.getByText("−104 dBm").waitFor();
    await line("cpe-2").first().waitFor();
    assert.deepEqual(await inaccessible(page), []);
  },

  "a policy tells beforehand what it would do, and holds": async () => {
    await goes("Policies");
    await page.getByLabel("Weak below, dBm, set here").fill("-60");
    await page.getByText("would be degraded below −60 dBm").waitFor();
    assert.deepEqual(await inaccessible(page), []);
    await page.getByRole("button", { name: "Save" }).click();
    await shows(page.getByRole("row", { name: "Weak below" }), "−60 dBm");
  },


  "what one may not do is said": async () => {
    await goes("API keys");
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await inaccessible(page), []);
  },
};

try {
  for (const [name, run] of Object.entries(steps)) {
    console.error(`  ${name}`);
    await run();
    assert.deepEqual(complaints, [], "the browser complained");
  }
} catch (error) {
  await page.screenshot({ path: "dist/failed.png" });
  throw error;
} finally {
  await browser.close();
  process.stdin.destroy();
}
