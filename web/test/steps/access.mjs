// Who gets in, and what they then may.
import assert from "node:assert/strict";
import { inaccessible } from "../browser.mjs";
import { confirms, dialog, forgetsRefusals, goes, isLive, line, page, presses, signsIn, signsOut } from "../hands.mjs";

const { ADMIN, PLATFORM, TENANTS } = process.env;
let secret;

export const access = {
  "an admin makes a key, which is shown once": async () => {
    await signsOut();
    await signsIn(ADMIN);
    await isLive();
    await goes("API keys");
    await page.getByText("There are none yet.").waitFor();
    await presses("New key");
    await dialog().getByLabel("What is it for?").fill("the wall");
    assert.deepEqual(await inaccessible(page), []);
    await dialog().getByRole("button", { name: "Create" }).click();
    secret = await dialog().locator("code").textContent();
    assert.match(secret, /^wlk_/);
    assert.deepEqual(await inaccessible(page), []);
    await confirms("Done");
    await line("the wall").getByText("until revoked").waitFor();
    assert.equal(await page.getByText(secret).count(), 0);
  },

  "a key opens the console, for what its role may": async () => {
    await signsOut();
    await signsIn(secret);
    await isLive();
    await goes("Sites");
    await page.getByRole("link", { name: "North tower" }).click();
    await page.getByRole("heading", { name: "North tower" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Delete" }).count(), 0);
  },

  "a revoked key opens nothing": async () => {
    await signsOut();
    await signsIn(ADMIN);
    await isLive();
    await goes("API keys");
    await page.getByRole("button", { name: "Revoke the wall" }).click();
    await confirms("Revoke");
    await line("the wall").getByText("no: revoked").waitFor();
    await signsOut();
    // Within two seconds; if it still opens the console, that closes by itself.
    await signsIn(secret);
    await page.getByRole("alert").waitFor();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    forgetsRefusals();
  },

  "a platform user chooses a tenant, and another": async () => {
    const [a, b] = TENANTS.split(",");
    await signsIn(PLATFORM);
    await page.getByRole("heading", { name: "Choose a tenant" }).waitFor();
    assert.deepEqual(await inaccessible(page), []);
    await page.getByRole("button", { name: a }).click();
    await isLive();
    await goes("Links");
    await line("cpe-2").waitFor();
    await page.getByRole("button", { name: "Change tenant" }).click();
    await page.getByRole("button", { name: b }).click();
    await isLive();
    await page.getByText("No link matches.").waitFor();
    await goes("Overview");
    await page.getByText("Nothing has happened yet.").waitFor();
  },
};
