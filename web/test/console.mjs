// Uses the console as an operator does, while a network is played around it. STORY says which part:
// all of it, or what shows that it works at all.
import assert from "node:assert/strict";
import { browser, complaints, page } from "./hands.mjs";
import { access } from "./steps/access.mjs";
import { first } from "./steps/first.mjs";
import { live } from "./steps/live.mjs";
import { managing } from "./steps/managing.mjs";

const { STORY } = process.env;
const steps = STORY === "first" ? first : { ...live, ...managing, ...access };

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
