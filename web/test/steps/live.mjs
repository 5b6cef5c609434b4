// The links as they are: what is seen of them, and that it is never older than it says.
import assert from "node:assert/strict";
import { inaccessible } from "../browser.mjs";
import { chip, complaints, goes, isLive, isSameDocument, line, mark, outage, page, presses, shows, signsIn } from "../hands.mjs";
import { STRANGER, poll, radio, renewFeed, startServer, stopServer } from "../stage.mjs";

const { TOKEN } = process.env;

export const live = {
  "a wrong token is told to be wrong": async () => {
    await page.goto("/");
    await signsIn("nonsense");
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await inaccessible(page), []);
    // Chromium reports every refusal; this one is meant.
    assert.match(complaints.splice(0).join(), /^[^,]*401[^,]*$/);
  },

  "signing in by the address leaves no token there": async () => {
    await page.goto(`/#token=${TOKEN}`);
    await page.reload();
    await isLive();
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
    await isLive();
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

  "a feed that had to begin anew says so, and shows no link as it was": async () => {
    await goes("Overview");
    outage.now = true;
    await stopServer();
    await page.getByRole("alert").filter({ hasText: "Disconnected since" }).waitFor();
    await renewFeed();
    for (const minute of [14, 15, 16]) await poll(0, minute, [[radio(3), -72]]);
    await startServer();
    await isLive();
    outage.now = false;
    await page.getByText("The feed began anew at").waitFor();
    const lines = page.getByRole("listitem").filter({ hasText: "cpe-2" }).filter({ hasText: "missed polls" });
    await lines.first().waitFor();
    assert.equal(await lines.count(), 1);
    assert.deepEqual(await inaccessible(page), []);
    await goes("Links");
    await shows(line("cpe-2"), "Down");
    await poll(0, 17, [[radio(2), -50], [radio(3), -52]]);
    await shows(line("cpe-2"), "Active");
  },

  "what one may not do is said": async () => {
    await goes("API keys");
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await inaccessible(page), []);
  },
};

