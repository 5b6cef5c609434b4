// A browser on the console, with an ear for what it complains about.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { BROWSER, CONSOLE } = process.env;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Chromium reports each failed connection; while the server is away that is as it should be. */
const OF_AN_OUTAGE = /ERR_CONNECTION_REFUSED|WebSocket connection to .* failed/;

export async function open() {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const page = await browser.newPage({ baseURL: CONSOLE, viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(30_000);
  const complaints = [];
  const outage = { now: false };
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !(outage.now && OF_AN_OUTAGE.test(text))) complaints.push(text);
  });
  return { browser, page, complaints, outage };
}

/** What axe finds wrong with the page as it is, in light and in dark. */
export async function inaccessible(page) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) {
      found.push(`${colorScheme}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}
