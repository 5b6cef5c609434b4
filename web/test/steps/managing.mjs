// What an operator changes.
import assert from "node:assert/strict";
import { inaccessible } from "../browser.mjs";
import { confirms, dialog, goes, line, page, presses, shows } from "../hands.mjs";
import { poll, radio } from "../stage.mjs";

export const managing = {
  "a site is made, changed and deleted": async () => {
    await goes("Sites");
    await presses("New site");
    await dialog().getByLabel("Name").fill("North tower");
    await dialog().getByRole("button", { name: "Create" }).click();
    await dialog().getByRole("alert").waitFor();
    assert.deepEqual(await inaccessible(page), []);
    await dialog().getByLabel("Name").fill("East hill");
    await dialog().getByLabel("Latitude, °").fill("47.25");
    await confirms("Create");
    await page.getByRole("heading", { name: "East hill" }).waitFor();
    await presses("Edit");
    await dialog().getByLabel("Address").fill("Bergweg 7");
    await confirms("Save");
    await shows(page.getByRole("main"), "Bergweg 7");
    await presses("Delete");
    assert.deepEqual(await inaccessible(page), []);
    await confirms("Delete site");
    await line("North tower").waitFor();
    assert.equal(await line("East hill").count(), 0);
  },

  "a device is made, changed, found and deleted": async () => {
    await goes("Devices");
    await presses("New device");
    await dialog().getByLabel("Host name").fill("cpe-spare");
    await dialog().getByRole("button", { name: "Add an interface" }).click();
    await dialog().getByLabel("MAC address of wlan1").fill("6c-3b-6b-a2-00-44");
    await confirms("Create");
    await page.getByRole("heading", { name: "cpe-spare" }).waitFor();
    await shows(page.getByRole("main"), "6C:3B:6B:A2:00:44");
    await presses("Edit");
    await dialog().getByLabel("Management address").fill("nonsense");
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog().getByRole("alert").waitFor();
    await dialog().getByLabel("Management address").fill("10.9.8.7");
    await dialog().getByLabel("Site").selectOption("North tower");
    assert.deepEqual(await inaccessible(page), []);
    await confirms("Save");
    await shows(page.getByRole("main"), "10.9.8.7");
    await goes("Devices");
    await page.getByRole("searchbox").fill("10.9.8");
    await line("ap-1").waitFor({ state: "detached" });
    assert.deepEqual(await inaccessible(page), []);
    await page.getByRole("link", { name: "cpe-spare" }).click();
    await presses("Delete");
    await confirms("Delete device");
    await line("ap-1").waitFor();
    assert.equal(await line("cpe-spare").count(), 0);
  },

  "a forgotten link is gone until it is seen again": async () => {
    await goes("Links");
    await page.getByRole("link", { name: "cpe-3" }).click();
    await presses("Forget");
    assert.deepEqual(await inaccessible(page), []);
    await confirms("Forget link");
    await line("cpe-2").waitFor();
    await line("cpe-3").waitFor({ state: "detached" });
    await poll(0, 18, [[radio(2), -50], [radio(3), -52]]);
    await shows(line("cpe-3"), "Discovered");
  },
};
