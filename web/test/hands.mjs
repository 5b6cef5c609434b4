// What a person does with the console, over and over.
import { open } from "./browser.mjs";

export const { browser, page, complaints, outage } = await open();

/** The line of the table that names `cpe`. */
export const line = (cpe) => page.getByRole("row", { name: cpe });
export const shows = (row, text) => row.getByText(text, { exact: true }).first().waitFor();
export const chip = (state) => page.getByRole("search").locator("label", { hasText: state });
export const goes = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
export const presses = (name) => page.getByRole("main").getByRole("button", { name, exact: true }).click();
export const dialog = () => page.getByRole("dialog");
export const confirms = async (name) => {
  await dialog().getByRole("button", { name, exact: true }).click();
  await dialog().waitFor({ state: "detached" });
};

export async function signsIn(secret) {
  await page.getByLabel("Token or API key").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function isLive() {
  await shows(page.getByRole("status").first(), "Live");
}

export async function signsOut() {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Chromium reports each refusal; those that are meant are forgotten, others stay. */
export function forgetsRefusals() {
  complaints.splice(0, complaints.length, ...complaints.filter((each) => !/\b401\b/.test(each)));
}

/** Steps follow each other; a page reloaded by itself loses this mark. */
export const mark = () => page.evaluate(() => { globalThis.sameDocument = true; });
export const isSameDocument = () => page.evaluate(() => globalThis.sameDocument === true);
