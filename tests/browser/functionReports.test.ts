/** The reports of `gradus fit` and `gradus minimize` can be read by everybody, and run and load nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fitFile } from "../../cli/src/fit/fit.ts";
import { fitPage } from "../../cli/src/fit/page.ts";
import { minimizedBy } from "../../cli/src/minimize/minimize.ts";
import { minimizePage } from "../../cli/src/minimize/page.ts";
import { bundleReport } from "../../scripts/build-report.ts";
import { launchBrowser, openPage } from "./launch.ts";

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-function-reports-"));
  const { style } = await bundleReport();
  const data = join(folder, "data.csv");
  writeFileSync(data, ["x,y", "0,3", "1,2.2", "2,1.8", "3,1.4", "4,1.3"].join("\n"));
  const fitted = fitFile(
    data,
    "a * exp(-b * x) + c",
    { start: "a=1,b=1,c=0", loss: "linear", lossScale: "1", level: "0.95" },
    "gradus fit data.csv",
  );
  writeFileSync(join(folder, "fit.html"), fitPage(fitted, style));
  const methods = "lbfgs,adam,nelderMead,bfgs,newtonCg,sgd,momentum,rmsprop,nadam";
  for (const name of ["rosenbrock", "goldsteinPrice"]) {
    const found = minimizedBy(name, { methods, evaluations: "300" }, `gradus minimize ${name}`);
    writeFileSync(join(folder, `${name}.html`), minimizePage(found, style));
  }
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function opened(name: string, width: number, scheme: "light" | "dark"): Promise<Page> {
  const page = await openPage(browser, {
    ...{ viewport: { width, height: 900 }, colorScheme: scheme },
    bypassCSP: true,
  });
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  return page;
}

it.each([
  ["fit", 390, "dark"],
  ["fit", 1400, "light"],
  ["rosenbrock", 390, "light"],
  ["rosenbrock", 1400, "dark"],
  ["goldsteinPrice", 390, "dark"],
] as const)("%s is read on %d pixels, %s", async (name, width, scheme) => {
  const page = await opened(name, width, scheme);
  await page.evaluate(axe.source);
  const complaints = await page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`,
  );
  expect(complaints).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  expect(await page.evaluate("document.scripts.length")).toBe(0);
  await page.context().close();
});

it("draws each method's way from the start to where it ended", async () => {
  const page = await opened("rosenbrock", 1400, "light");
  const places = await page.evaluate(() => {
    const chart = document.querySelector<SVGSVGElement>(".chart")!;
    const box = (element: Element) => element.getBoundingClientRect();
    const middle = ({ x, y, width, height }: DOMRect) => [x + width / 2, y + height / 2];
    const start = middle(box(chart.querySelector(".start")!));
    const minimum = middle(box(chart.querySelector(".minimum")!));
    const [way] = chart.querySelectorAll<SVGPathElement>(".line");
    const scale = box(chart).width / chart.viewBox.baseVal.width;
    const onPage = ({ x, y }: DOMPoint) => [box(chart).x + x * scale, box(chart).y + y * scale];
    return {
      ...{ start, minimum },
      first: onPage(way!.getPointAtLength(0)),
      last: onPage(way!.getPointAtLength(way!.getTotalLength())),
    };
  });
  // Half a pixel is what coordinates are rounded to, and lines are wide.
  for (const axis of [0, 1]) {
    expect(Math.abs(places.first[axis]! - places.start[axis]!)).toBeLessThan(1);
    expect(Math.abs(places.last[axis]! - places.minimum[axis]!)).toBeLessThan(1);
  }
});
