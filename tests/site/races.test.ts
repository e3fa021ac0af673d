/** Links of figures into the playground: they lead to the race that the figure shows at the moment. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { initialState } from "../../site/figures/figure.ts";
import { figures } from "../../site/figures/list.ts";
import { readAddress } from "../../site/playground/address.ts";
import { initialState as initialRace } from "../../site/playground/state.ts";
import { openPage } from "../browser/launch.ts";
import { openSite } from "./opened.ts";

const site = openSite();

const all = await Promise.all(
  Object.entries(figures).map(async ([name, load]) => [name, (await load()).figure] as const),
);
const racing = all.filter(([, { race }]) => race !== undefined);

/** Opens the article with a figure in view, alive or not. */
async function opened(name: string, query = "", javaScriptEnabled = true): Promise<Page> {
  const page = await openPage(site().browser, { javaScriptEnabled });
  await page.goto(`${site().server.root}article/${query}`);
  if (!javaScriptEnabled) return page;
  await page.locator(`#figure-${name}`).scrollIntoViewIfNeeded();
  await page.locator(`#figure-${name}[data-live]`).waitFor();
  return page;
}

const linkIn = (page: Page, name: string) => page.locator(`#figure-${name} .race a`);
const raceOf = async (href: string | null) =>
  (await readAddress(new URL(href!, site().server.root).hash)).state;

it.each(racing)("%s leads to its race, which shows these optimizers", async (name, figure) => {
  const race = figure.race!(initialState(figure.controls))!;
  const page = await opened(name);
  const link = linkIn(page, name);
  expect(await raceOf(await link.getAttribute("href"))).toEqual(race);
  await link.click();
  await page
    .locator(".racers .card")
    .nth(race.entries.length - 1)
    .waitFor();
  expect(new URL(page.url()).pathname).toMatch(/\/playground\/$/);
  expect(await page.locator(".racers .card").count()).toBe(race.entries.length);
  const shown = await page.waitForFunction(() => {
    const arena = document.querySelector(".arena") as unknown as {
      playground?: { state: unknown; record?: { isOver: boolean } };
    } | null;
    return arena?.playground?.record?.isOver && JSON.stringify(arena.playground.state);
  });
  expect(JSON.parse(String(await shown.jsonValue()))).toEqual(race);
  await page.context().close();
});

it("leads to what the controls say now, and nowhere while no race shows it", async () => {
  const page = await opened("valley", "?valley.momentum=0.9&valley.nesterov=1");
  const { figure } = await figures["valley"]!();
  const state = { ...initialState(figure.controls), momentum: 0.9, nesterov: true };
  const link = linkIn(page, "valley");
  await expect
    .poll(async () => raceOf(await link.getAttribute("href")))
    .toEqual(figure.race!(state));
  await page.evaluate(() => {
    const steps = document.getElementById("valley-steps") as HTMLInputElement;
    steps.value = "0";
    steps.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await link.waitFor({ state: "hidden" });
  await page.context().close();
});

it("is seen in the playground without a script: the race that it begins with", async () => {
  const page = await openPage(site().browser, { javaScriptEnabled: false });
  await page.goto(`${site().server.root}playground/`);
  expect(await page.locator(".still svg.chart .series").count()).toBe(
    2 * initialRace.entries.length,
  );
  expect(await page.locator(".still figcaption").textContent()).toMatch(/Adam \d/);
  expect(await page.locator(".arena").isVisible()).toBe(false);
  await page.context().close();
});

it("is there without a script, and of no other figure", async () => {
  const page = await opened("valley", "", false);
  const ids = await page
    .locator(".live:has(.race a)")
    .evaluateAll((each) => each.map(({ id }) => id));
  expect(ids).toEqual(racing.map(([name]) => `figure-${name}`));
  await page.context().close();
});
