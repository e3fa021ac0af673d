/** What the first view of the article costs, and that formulas have their font in it. */
import { expect, it } from "vitest";
import { openPage } from "../browser/launch.ts";
import { openSite } from "./opened.ts";

const site = openSite();

/** Bytes of all that is asked for, uncompressed, before anybody scrolls. */
const most = 300_000;

it.each([
  [412, 823],
  [1350, 940],
])("the article's first view is light on %d by %d pixels", async (width, height) => {
  const page = await openPage(site().browser, { viewport: { width, height } });
  const bodies: Promise<number>[] = [];
  page.on("response", (response) => bodies.push(response.body().then(({ length }) => length)));
  await page.goto(`${site().server.root}article/`, { waitUntil: "networkidle" });
  const sizes = await Promise.all(bodies);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, each) => sum + each, 0)).toBeLessThan(most);
  await page.context().close();
});

it("formulas are set in the font of the site, in which scripts stand where they belong", async () => {
  const page = await openPage(site().browser, {});
  await page.goto(`${site().server.root}article/`);
  const [family, rise, size] = await page.evaluate(async () => {
    const fonts = await document.fonts.load("20px Formulas", "m");
    const base = document.querySelector(".formula msub > :first-child")!;
    const script = document.querySelector(".formula msub > :last-child")!;
    const [above, below] = [base, script].map((each) => each.getBoundingClientRect().bottom);
    const { fontSize } = getComputedStyle(base);
    return [fonts.map((each) => each.status).join(), below! - above!, Number.parseFloat(fontSize)];
  });
  expect(family).toBe("loaded");
  // An index hangs below its letter, by a few hundredths of its size at least.
  expect(Number(rise)).toBeGreaterThan(0.05 * Number(size));
  await page.context().close();
});
