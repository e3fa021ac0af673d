import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pageOf } from "../../cli/src/report/page.ts";
import { bundleReport } from "../../scripts/build-report.ts";
import { comparisonFixture } from "../report/fixture.ts";
import { launchBrowser, openPage } from "./launch.ts";

const CHARTS = ["loss-steps", "loss-seconds", "metric-steps", "sweep"];

let folder: string;
let address: string;
let browser: Browser;
let page: Page;
/** What must not happen: errors on the page, and requests for anything but the page. */
const complaints: string[] = [];

beforeAll(async () => {
  const html = pageOf(comparisonFixture(), await bundleReport());
  folder = mkdtempSync(join(tmpdir(), "gradus-report-"));
  const path = join(folder, "report.html");
  writeFileSync(path, html);
  address = pathToFileURL(path).href;
  browser = await launchBrowser();
  page = await openPage(browser);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) {
      complaints.push(`request for ${request.url()}`);
    }
  });
  await open();
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** Loads the report anew. */
async function open(): Promise<void> {
  await page.setViewportSize({ width: 1240, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.mouse.move(0, 0);
  await page.goto(address);
}

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

const count = (selector: string) => page.locator(selector).count();
const entry = (label: string) => page.getByRole("button", { name: label, exact: true });
const chart = (id: string) => `[data-figure="${id}"] svg.chart`;
const background = () =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** The area that a mark covers on the screen, so that one that is there but not seen counts for nothing. */
async function area(selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox();
  return box === null ? 0 : box.width * box.height;
}

describe("the report in a browser, as it opens", () => {
  it.each(CHARTS)("draws %s with a line for each optimizer", async (id) => {
    expect(await count(chart(id))).toBe(1);
    expect(await count(`${chart(id)} path.line`)).toBe(8);
    for (let series = 0; series < 8; series++) {
      expect(await area(`${chart(id)} [data-series="${series}"] .line`)).toBeGreaterThan(1000);
    }
  });

  it("marks every rate of the sweep", async () => {
    expect(await count(`${chart("sweep")} .chosen`)).toBe(8);
    expect(await count(`${chart("sweep")} .over`)).toBeGreaterThanOrEqual(8);
    expect(await count(`${chart("sweep")} :is(.dot, .over)`)).toBe(8 * 7);
  });

  it("sets each formula as mathematics", async () => {
    const sizes = await page
      .locator(".formula math")
      .evaluateAll((all) => all.map((math) => math.getBoundingClientRect().height));
    expect(sizes).toHaveLength(8);
    expect(Math.min(...sizes)).toBeGreaterThan(15);
  });

  it("draws its charts without scripts too", async () => {
    const still = await openPage(browser, { javaScriptEnabled: false });
    await still.goto(address);
    expect(await still.locator("svg.chart path.line").count()).toBe(4 * 8);
    await still.context().close();
  });
});

describe("the report in use", () => {
  beforeEach(open);

  // The one thing that a page keeps for the next one is the colour scheme.
  afterEach(() => page.evaluate(() => localStorage.clear()));

  it("hides an optimizer in all charts when its legend entry is clicked, and shows it again", async () => {
    await entry("adam").click();
    expect(await entry("adam").getAttribute("aria-pressed")).toBe("false");
    expect(await count('svg.chart [data-series="6"]')).toBe(0);
    expect(await count("svg.chart path.line")).toBe(4 * 7);
    await entry("adam").click();
    expect(await count("svg.chart path.line")).toBe(4 * 8);
  });

  it("shows all again with one button", async () => {
    await entry("adam").click();
    await entry("sgd").click();
    await page.getByRole("button", { name: "Show all" }).click();
    expect(await count("svg.chart path.line")).toBe(4 * 8);
    expect(await count('.entry[aria-pressed="false"]')).toBe(0);
    expect(await page.getByRole("button", { name: "Show all" }).isVisible()).toBe(false);
  });

  it("brings one optimizer out while the pointer is on its entry", async () => {
    await entry("adam").hover();
    await expect
      .poll(() =>
        page
          .locator(`${chart("loss-steps")} [data-series="0"]`)
          .first()
          .evaluate((g) => getComputedStyle(g).opacity),
      )
      .toBe("0.12");
    const opacity = (series: number) =>
      page
        .locator(`${chart("loss-steps")} [data-series="${series}"]`)
        .first()
        .evaluate((g) => getComputedStyle(g).opacity);
    expect(await opacity(6)).toBe("1");
  });

  it("follows the system's colour scheme until the button is used, and remembers that", async () => {
    await expect.poll(background).toBe("rgb(255, 255, 255)");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(background).toBe("rgb(22, 24, 29)");
    await page.locator("#theme").click();
    await expect.poll(background).toBe("rgb(255, 255, 255)");
    await page.locator("#theme").click();
    await expect.poll(background).toBe("rgb(22, 24, 29)");
    const line = `${chart("loss-steps")} [data-series="6"] .line`;
    const stroke = () => page.locator(line).evaluate((path) => getComputedStyle(path).stroke);
    await expect.poll(stroke).toBe("rgb(231, 239, 252)");
    await page.emulateMedia({ colorScheme: "light" });
    await page.reload();
    await expect.poll(background).toBe("rgb(22, 24, 29)");
  });

  it("shows the values under the pointer, the lowest loss first", async () => {
    await page.locator(chart("loss-steps")).hover({ position: { x: 400, y: 200 } });
    const box = page.locator("#readout");
    expect(await box.isVisible()).toBe(true);
    expect(await box.locator("tr").count()).toBe(8);
    expect(await box.locator("th").first().textContent()).toBe("adam");
    expect(await box.locator(".at").textContent()).toMatch(/^Steps: \d+$/);
    expect(await count(`${chart("loss-steps")} .cursor circle`)).toBe(8);
    await page.mouse.move(5, 5);
    expect(await box.isVisible()).toBe(false);
    expect(await count(".cursor circle")).toBe(0);
  });

  it("reads the values with the arrow keys", async () => {
    await page.locator(chart("loss-steps")).focus();
    const at = page.locator("#readout .at");
    await page.keyboard.press("ArrowRight");
    expect(await at.textContent()).toBe("Steps: 1");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await at.textContent()).toBe("Steps: 20");
    await page.keyboard.press("ArrowLeft");
    expect(await at.textContent()).toBe("Steps: 10");
    await page.keyboard.press("Escape");
    expect(await page.locator("#readout").isVisible()).toBe(false);
  });

  it("reaches the toggle, the legend, the arrangement and the charts with the tab key", async () => {
    const reached: string[] = [];
    for (let i = 0; i < 15; i++) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate(() => {
          const active = document.activeElement!;
          return active.closest("figure")?.dataset["figure"] ?? active.textContent!.trim();
        }),
      );
    }
    expect(reached).toEqual([
      "Dark",
      ...comparisonFixture().algorithms.map(({ name }) => name),
      "Overlay",
      "Small multiples",
      ...CHARTS,
    ]);
  });

  it("gives each optimizer a panel in small multiples, and puts them back together", async () => {
    await page.getByRole("button", { name: "Small multiples" }).click();
    expect(await count(chart("loss-steps"))).toBe(8);
    await page.getByRole("button", { name: "Overlay" }).click();
    expect(await count(chart("loss-steps"))).toBe(1);
  });

  it("chooses small multiples on a phone, and never scrolls sideways", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => count(chart("loss-steps"))).toBe(8);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });
});
