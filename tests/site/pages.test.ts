/** Every page of the built site in Chromium: it opens without an error, asks nobody else for anything, and can be read by everybody. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openPage } from "../browser/launch.ts";
import { openSite } from "./opened.ts";
import { closely, pagePaths } from "./server.ts";

const site = openSite();

/** A page that writes down what must not happen. */
async function watched(options: Parameters<typeof openPage>[1]): Promise<[Page, string[]]> {
  const page = await openPage(site().browser, options);
  const complaints: string[] = [];
  const complain = (text: string) => complaints.push(`${page.url()}: ${text}`);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complain(message.text());
  });
  page.on("pageerror", (error) => complain(error.message));
  page.on("request", (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(site().server.root))
      complain(`request for ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complain(`${response.status()} for ${response.url()}`);
  });
  return [page, complaints];
}

const violations = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await tool.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  });

describe("all pages", () => {
  it("open without an error, and ask nobody else for anything", async () => {
    const [page, complaints] = await watched({ viewport: { width: 1400, height: 900 } });
    for (const path of pagePaths()) await page.goto(site().server.root + path);
    expect(complaints).toEqual([]);
    expect(pagePaths().length).toBeGreaterThan(30);
  });

  it.each([
    [390, "light"],
    [1400, "dark"],
  ] as const)("can be read by everybody on %d pixels, %s", async (width, colorScheme) => {
    const [page, complaints] = await watched({
      ...{ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" },
      bypassCSP: true,
    });
    for (const path of closely()) {
      await page.goto(site().server.root + path);
      await page.evaluate(axe.source);
      complaints.push(...(await violations(page)).map((each) => `${path}: ${each}`));
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      if (content! > window!) complaints.push(`${path} is wider than the window: ${content}`);
    }
    expect(complaints).toEqual([]);
  });

  it("have one title each, and a sentence that says what they are for", async () => {
    const [page] = await watched({ javaScriptEnabled: false });
    for (const path of closely()) {
      await page.goto(site().server.root + path);
      expect(await page.locator("h1").count(), path).toBe(1);
      const summary = await page.locator('meta[name="description"]').getAttribute("content");
      expect(summary, path).toMatch(/^\S.{15,}[.!?]$/s);
    }
  });
});

describe("the site", () => {
  it("is found through its search, by keyboard alone", async () => {
    const [page, complaints] = await watched({});
    await page.goto(`${site().server.root}guides/storage/`);
    await page.keyboard.press("/");
    await page.locator("dialog.search input").waitFor();
    await page.keyboard.type("tensorflow");
    await page.locator(".hits a").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/tensorflow/);
    expect(complaints).toEqual([]);
  });

  it("looks for what is typed before its index is there", async () => {
    const [page, complaints] = await watched({});
    let arrive = () => {};
    const late = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route("**/search.json", async (route) => {
      await late;
      await route.continue();
    });
    await page.goto(site().server.root);
    await page.keyboard.press("/");
    await page.keyboard.type("OneCycleLR");
    expect(await page.locator("dialog.search input").inputValue()).toBe("OneCycleLR");
    arrive();
    await page.locator('.hits a[href*="from-pytorch"]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([
    ["OneCycleLR", "from-pytorch/#", "oneCycle"],
    ["clip_by_global_norm", "from-optax/#", "clipByGlobalNorm"],
  ])("leads from %s to its line", async (theirs, place, ours) => {
    const [page, complaints] = await watched({});
    await page.goto(site().server.root);
    await page.locator("#search").click();
    await page.locator("dialog.search input").fill(theirs);
    await page.locator(`.hits a[href*="${place}"]`).first().click();
    await page.waitForURL((url) => url.href.includes(place));
    const row = page.locator("tr", { hasText: theirs }).filter({ hasText: ours });
    expect(await row.count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it("keeps the theme that was chosen", async () => {
    const [page] = await watched({ colorScheme: "light" });
    const background = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.goto(site().server.root);
    const light = await background();
    await page.locator("#theme").click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.goto(`${site().server.root}guides/`);
    expect(await background()).toBe(dark);
  });
});
