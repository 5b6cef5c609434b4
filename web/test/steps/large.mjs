// A network of 20,000 links.
import assert from "node:assert/strict";
import { goes, isLive, line, page } from "../hands.mjs";

const { TOKEN } = process.env;

export const large = {
  "all links are there, and few of them drawn": async () => {
    await page.goto(`/#token=${TOKEN}`);
    await isLive();
    await goes("Links");
    await page.getByText("20,000 links", { exact: true }).waitFor();
    assert.ok((await page.getByRole("row").count()) < 100);
  },

  "one is found among them": async () => {
    await page.getByRole("searchbox").fill("extra-12345");
    await page.getByText("1 of 20,000 links", { exact: true }).waitFor();
    await line("extra-12345").waitFor();
    await page.getByRole("searchbox").fill("");
    await page.getByText("20,000 links", { exact: true }).waitFor();
  },

  "the keyboard goes to the last one and back": async () => {
    await page.getByRole("link", { name: "ap-1" }).focus();
    await page.keyboard.press("End");
    // The head is row 1, the AP row 2.
    await page.locator('[aria-rowindex="20002"] a:focus').waitFor();
    assert.ok((await page.getByRole("row").count()) < 100);
    await page.keyboard.press("Home");
    await page.locator('[aria-rowindex="2"] a:focus').waitFor();
  },

  "in another order the weakest come first": async () => {
    await page.getByRole("button", { name: "Signal" }).click();
    await page.getByLabel("Group by AP").uncheck();
    await page.locator('[aria-rowindex="2"]').getByText("−62", { exact: true }).waitFor();
  },
};
