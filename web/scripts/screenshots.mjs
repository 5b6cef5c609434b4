// Renews the pictures in docs/console from a demo that runs:
//   node scripts/screenshots.mjs 'http://127.0.0.1:8080/#token=…'   (the address that the demo prints)
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const address = process.argv[2];
if (!address) {
  console.error("give the address that the demo prints");
  process.exit(2);
}
const folder = fileURLToPath(new URL("../../docs/console/", import.meta.url));
const browser = await chromium.launch({ executablePath: process.env.BROWSER ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function inTheme(colorScheme, pictures) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, locale: "en-GB", reducedMotion: "reduce" });
  await page.goto(address);
  await page.getByText("Live", { exact: true }).first().waitFor();
  const goes = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  const takes = async (name) => {
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${folder}${name}-${colorScheme}.png` });
  };
  await pictures(page, goes, takes);
  await page.close();
}

const opensWeakest = async (page) => {
  await page.locator("section", { hasText: "Weakest links" }).getByRole("row").nth(3).getByRole("link").first().click();
};

await inTheme("light", async (page, goes, takes) => {
  await takes("overview");
  await goes("Links");
  await takes("links");
  await page.locator(".line-group a").first().click();
  await takes("ap");
});
await inTheme("dark", async (page, goes, takes) => {
  await takes("overview");
  await opensWeakest(page);
  await page.getByText("6 h", { exact: true }).click();
  await takes("link");
});
await browser.close();
