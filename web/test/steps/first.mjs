// That the console works at all: a link is seen, looked into, and something is changed.
import { goes, isLive, line, page, presses, confirms, dialog, shows } from "../hands.mjs";
import { poll, radio } from "../stage.mjs";

const { TOKEN } = process.env;

export const first = {
  "links are seen": async () => {
    await page.goto(`/#token=${TOKEN}`);
    await isLive();
    await goes("Links");
    for (const minute of [1, 2]) await poll(0, minute, [[radio(1), -61]]);
    await shows(line("cpe-1"), "Active");
  },

  "every view has its data": async () => {
    await page.getByRole("link", { name: "cpe-1" }).click();
    await page.getByRole("img", { name: /^Signal over time: between/ }).waitFor();
    await goes("Overview");
    await page.getByRole("listitem").filter({ hasText: "confirmed" }).first().waitFor();
    await goes("Devices");
    await line("cpe-2").waitFor();
    await goes("Policies");
    await page.getByText("would be degraded below").waitFor();
  },

  "a site is made": async () => {
    await goes("Sites");
    await presses("New site");
    await dialog().getByLabel("Name").fill("South ridge");
    await confirms("Create");
    await page.getByRole("heading", { name: "South ridge" }).waitFor();
  },
};
