/** A report can be read by everybody: on a narrow screen, in both colour schemes, by those who hear it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pageOf } from "../../cli/src/report/page.ts";
import { bundleReport } from "../../scripts/build-report.ts";
import { comparisonFixture } from "../report/fixture.ts";
import { sample } from "../support/properties.ts";
import { launchBrowser, openPage } from "./launch.ts";

/** A comparison with what is long, and with a curve that leaves its chart. */
function difficult() {
  const fixture = comparisonFixture();
  const command = `gradus compare fashion-mlp --sweep --optimizers ${"sgd,momentum,adam,".repeat(6)}amsgrad`;
  return {
    ...fixture,
    command,
    runs: fixture.runs.map((run) =>
      run.optimizer === "adagrad" && !run.sweep
        ? { ...run, loss: run.loss.map((loss, i) => (i === 40 ? loss * 1000 : loss)) }
        : run,
    ),
    findings: [...fixture.findings, `The sweep: ${command}`],
    algorithms: fixture.algorithms.map((algorithm) => ({
      ...algorithm,
      paper: `https://www.cs.toronto.edu/~tijmen/csc321/slides/${"lecture_slides_".repeat(4)}lec6.pdf`,
    })),
  };
}

let folder: string;
let address: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-report-"));
  const path = join(folder, "report.html");
  writeFileSync(path, pageOf(difficult(), await bundleReport()));
  address = pathToFileURL(path).href;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function opened(
  width: number,
  colorScheme: "light" | "dark",
  arrangement: string,
): Promise<Page> {
  const page = await openPage(browser, {
    ...{ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" },
    // The page lets no script run but its own.
    bypassCSP: true,
  });
  await page.goto(address);
  await page.locator(`button[data-arrangement="${arrangement}"]`).click();
  await page.mouse.move(0, 0);
  return page;
}

/** What axe finds, a line for each place. */
async function complaintsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`,
  );
}

/** The least contrast of the names of curves to the page, as WCAG counts it; axe does not look at SVG. */
const leastContrast = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
    const luminance = (color: string) => {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
        const value = byte / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const paper = luminance(getComputedStyle(document.documentElement).backgroundColor);
    const texts = [...document.querySelectorAll(".chart text, .panel h3, caption")];
    const contrasts = texts.map((text) => {
      const { fill, color } = getComputedStyle(text);
      const ink = luminance(text instanceof SVGElement ? fill : color);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
    return Math.min(...contrasts);
  });

const views = [390, 1400].flatMap((width) =>
  (["light", "dark"] as const).flatMap((scheme) =>
    ["overlay", "multiples"].map((arrangement) => ({ width, scheme, arrangement })),
  ),
);

// One in three has each width, each scheme and each arrangement.
it.each(sample(views, 3))("is read at %o", async ({ width, scheme, arrangement }) => {
  const page = await opened(width, scheme, arrangement);
  expect(await complaintsOf(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  expect(await leastContrast(page)).toBeGreaterThanOrEqual(4.5);
  await page.context().close();
});

it("can still be read where an optimizer is hidden", async () => {
  const page = await opened(1400, "light", "overlay");
  await page.getByRole("button", { name: "adam", exact: true }).click();
  expect(await complaintsOf(page)).toEqual([]);
});

it("lets nothing reach beyond a narrow screen but what can be scrolled", async () => {
  const page = await opened(390, "light", "multiples");
  const beyond = await page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((each) => each.closest(".scroll, .formula, pre, .unseen") === null)
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
      .map((each) => each.outerHTML.slice(0, 200)),
  );
  expect(beyond).toEqual([]);
});

it("marks where a curve leaves its chart, and says what the mark is", async () => {
  const page = await opened(1400, "light", "overlay");
  const chart = page.locator('[data-figure="loss-steps"]');
  expect(await chart.locator("svg .over").count()).toBe(1);
  expect(await chart.locator("figcaption").textContent()).toContain("triangle at the upper edge");
  const metric = page.locator('[data-figure="metric-steps"] figcaption');
  expect(await metric.textContent()).not.toContain("triangle");
});

it("says of its table what it is", async () => {
  const page = await opened(1400, "light", "overlay");
  expect(await page.getByRole("table", { name: "Each optimizer at the end" }).count()).toBe(1);
});
