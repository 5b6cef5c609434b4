// Uses the console as an operator does, while a network is played around it. STORY says which part:
// all of it, what shows that it works at all, or a network of 20,000 links.
import assert from "node:assert/strict";
import { browser, complaints, page } from "./hands.mjs";
import { access } from "./steps/access.mjs";
import { first } from "./steps/first.mjs";
import { large } from "./steps/large.mjs";
import { live } from "./steps/live.mjs";
import { managing } from "./steps/managing.mjs";

const { STORY } = process.env;
const stories = { all: { ...live, ...managing, ...access }, first, large };
const steps = stories[STORY];

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
