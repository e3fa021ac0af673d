/** The example's page as a visitor has it: what it fits, what it lets one do meanwhile, and what it says where it cannot. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type BuildContext, context } from "esbuild";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CANVAS, launchBrowser, openPage } from "./launch.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = join(ROOT, "examples", "splats");

let server: BuildContext;
let address: string;
let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  server = await context({
    entryPoints: [join(folder, "page.ts")],
    outdir: folder,
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const { port } = await server.serve({ servedir: folder, host: "127.0.0.1" });
  address = `http://127.0.0.1:${port}/`;
  browser = await launchBrowser(CANVAS);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

afterEach(() => {
  expect(problems.splice(0)).toEqual([]);
});

/** Counts what is submitted, and keeps the last device. */
const observe = `
  const { submit } = GPUQueue.prototype;
  window.submitted = 0;
  GPUQueue.prototype.submit = function (...given) { window.submitted++; return submit.apply(this, given); };
  window.looks = [];
  const text = (id) => document.getElementById(id).textContent;
  addEventListener("DOMContentLoaded", () => new MutationObserver(() =>
    window.looks.push({ name: text("name"), step: text("step"), decibels: parseFloat(text("decibels")) })
  ).observe(document.getElementById("decibels"), { childList: true }));
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...given) { return window.lastDevice = await requestDevice.apply(this, given); };
`;

interface Opening extends BrowserContextOptions {
  /** Run before the page's own scripts. */
  readonly before?: string;
  readonly settings?: string;
}

/** A page that fits few splats: there may be no GPU. */
async function opened({ before, settings, ...options }: Opening = {}): Promise<Page> {
  const viewport = { width: 900, height: 620 };
  const page = await openPage(browser, { viewport, ...options });
  page.on("pageerror", ({ message }) => problems.push(message));
  await page.addInitScript(observe);
  if (before !== undefined) {
    await page.addInitScript(before);
  }
  const response = await page.goto(`${address}?longest=192&${settings ?? "count=60"}`);
  // Else it would wait for what is not there.
  expect(await response!.text(), `status ${response!.status()}`).toContain('<dd id="step">');
  return page;
}

const text = async (page: Page, id: string) => (await page.textContent(`#${id}`)) ?? "";
const numberOf = async (page: Page, id: string) =>
  Number.parseFloat((await text(page, id)).replaceAll(",", ""));

/** Waits until so many steps are shown. */
async function untilStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.querySelector("#step")!.textContent!.replaceAll(",", "")) >= least,
    step,
  );
}

/** Drops a file onto the page. */
async function drop(page: Page, name: string, type: string, base64: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64!), (each) => each.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name!, { type: type! }));
      return transfer;
    },
    [name, type, base64],
  );
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

/** A picture of a red disc on green. */
const disc = (page: Page, width: number, height: number): Promise<string> =>
  page.evaluate(
    ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#285";
      context.fillRect(0, 0, width!, height!);
      context.fillStyle = "#e42";
      context.arc(width! / 2, height! / 2, height! / 3, 0, 7);
      context.fill();
      return canvas.toDataURL().split(",")[1]!;
    },
    [width, height],
  );

async function dropDisc(page: Page, width = 40, height = 30): Promise<void> {
  await drop(page, "disc.png", "image/png", await disc(page, width, height));
  await page.locator("#name", { hasText: `disc.png, ${width} × ${height} pixels` }).waitFor();
}

describe("the page", () => {
  it("fits a picture that is dropped, pauses, and goes on with another optimizer", async () => {
    const page = await opened();
    await dropDisc(page);
    expect(await text(page, "limit")).toContain("1 to 1,200 splats");
    await untilStep(page, 1);
    // What is shown may be of a later step by now.
    const { step, decibels: first } = await page.evaluate<{ step: string; decibels: number }>(
      "window.looks.find(({ name }) => name.startsWith('disc.png'))",
    );
    expect(step).toBe("1");
    await untilStep(page, 20);
    const early = await numberOf(page, "decibels");
    expect(early).toBeGreaterThan(first + 1);

    await page.click("#pause");
    const paused = await text(page, "status");
    expect(paused).toMatch(/^Paused after step \d+\.$/);
    // It looks once more at the quality: then nothing is left to do.
    await page.locator("#step", { hasText: /\d+/.exec(paused)![0] }).waitFor();
    const submissions = () => page.evaluate("window.submitted");
    const before = await submissions();
    await page.waitForTimeout(500);
    expect(await submissions()).toBe(before);

    await page.selectOption("#choice", "lion");
    await page.locator("#curve", { hasText: "Lion" }).waitFor();
    expect(await text(page, "pause")).toBe("Continue");
    const stopped = await numberOf(page, "step");
    await page.click("#pause");
    await page.locator("#status", { hasText: "Fitting with Lion." }).waitFor();
    // The splats are those that Adam has left: the second look is at what Lion has made of them.
    await untilStep(page, stopped + 20);
    expect(await numberOf(page, "decibels")).toBeGreaterThan(first + 1);
    // The first round of densifying, from 15 to 17, is behind step 50; others may be by now.
    await untilStep(page, 60);
    expect(await numberOf(page, "splats")).toBeGreaterThanOrEqual(17);
    await page.context().close();
  });

  it("sets rates by the keyboard, and keeps settings in its address", async () => {
    const page = await opened();
    await page.focus("#rate-position");
    await page.keyboard.press("Home");
    expect(await text(page, "rates")).toContain("0.019");
    await page.uncheck("#grow");
    await untilStep(page, 1);
    await page.waitForFunction("document.querySelector('#splats').textContent === '60'");
    expect(new URL(page.url()).searchParams.get("grow")).toBe("no");
    expect(await page.isChecked("#grow")).toBe(false);
    await page.context().close();
  });

  it("says how many splats a picture takes, and goes on with what it has", async () => {
    const page = await opened();
    await untilStep(page, 1);
    await page.fill("#count", "1000000");
    await page.locator("#count").blur();
    await page.locator("#problem", { hasText: "1,000,000 splats are too many." }).waitFor();
    expect(await text(page, "problem")).toContain(
      "1 to 27,648 splats: at most one for each of its 192 × 144 pixels.",
    );
    expect(await page.getAttribute("#count", "aria-invalid")).toBe("true");
    const step = await numberOf(page, "step");
    await untilStep(page, step + 10);
    expect(await text(page, "decibels")).not.toContain("Infinity");
    expect(await page.isVisible("#problem")).toBe(true);
    await page.fill("#count", "40");
    await page.locator("#count").blur();
    await page.locator("#problem").waitFor({ state: "hidden" });
    expect(await page.getAttribute("#count", "aria-invalid")).toBeNull();
    await page.context().close();
  });

  it("says what is no picture, and takes as many splats as a small one has pixels", async () => {
    const page = await opened();
    await untilStep(page, 1);
    await drop(page, "notes.txt", "text/plain", Buffer.from("no picture").toString("base64"));
    await page.locator("#problem", { hasText: "notes.txt is not a picture" }).waitFor();
    const transfer = await page.evaluateHandle(() => new DataTransfer());
    await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
    await page.locator("#problem", { hasText: "not a file" }).waitFor();
    await dropDisc(page, 7, 5);
    expect(await page.inputValue("#count")).toBe("35");
    await untilStep(page, 1);
    expect(await page.isVisible("#problem")).toBe(false);
    await page.context().close();
  });

  it("scales a large picture down", async () => {
    const page = await opened();
    await drop(page, "wide.png", "image/png", await disc(page, 1000, 10));
    await page.locator("#name", { hasText: "wide.png, 192 × 2 pixels" }).waitFor();
    await page.context().close();
  });

  it("says that the GPU was lost, and asks for another", async () => {
    const page = await opened();
    await untilStep(page, 1);
    await page.evaluate("window.lastDevice.destroy()");
    await page.locator("#problem", { hasText: "The GPU was lost." }).waitFor();
    expect(await page.isDisabled("#pause")).toBe(true);
    await page.click("#restart");
    await page.locator("#problem").waitFor({ state: "hidden" });
    await untilStep(page, 1);
    expect(await page.isEnabled("#pause")).toBe(true);
    await page.context().close();
  });

  it.each([
    [
      "there is no WebGPU",
      "Object.defineProperty(navigator, 'gpu', { value: undefined })",
      "This browser has no WebGPU.",
    ],
    [
      "there is no GPU",
      "GPU.prototype.requestAdapter = async () => null",
      "found no GPU that it can use",
    ],
    [
      "there is no memory left",
      // What a device says where a buffer cannot be had.
      `const { popErrorScope, pushErrorScope } = GPUDevice.prototype;
       const scopes = [];
       GPUDevice.prototype.pushErrorScope = function (filter) { scopes.push(filter); return pushErrorScope.call(this, filter); };
       GPUDevice.prototype.popErrorScope = async function () {
         const isMemory = scopes.pop() === "out-of-memory";
         const error = await popErrorScope.call(this);
         return isMemory ? new GPUOutOfMemoryError("no memory") : error;
       };`,
      "The GPU has no memory left for this.",
    ],
  ])("says it where %s", async (_, before, sentence) => {
    const page = await opened({ before });
    await page.locator("#problem", { hasText: sentence }).waitFor();
    expect(await text(page, "status")).toBe("No fit is running.");
    expect(await page.isDisabled("#pause")).toBe(true);
    await page.context().close();
  });
});

const views = [390, 1400].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

it.each(views)("can be read and used at %o", async ({ width, colorScheme }) => {
  const page = await opened({ viewport: { width, height: 900 }, colorScheme });
  await untilStep(page, 10);
  await page.click("#pause");
  await page.evaluate(axe.source);
  const complaints = await page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`,
  );
  expect(complaints).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  // Without a mouse: each control once, in the order in which they are seen.
  await page.focus("#pause");
  const order: string[] = [];
  for (const _ of "restart file count longest grow choice".split(" ")) {
    await page.keyboard.press("Tab");
    order.push(await page.evaluate(() => document.activeElement!.id));
  }
  expect(order).toEqual(["restart", "file", "count", "longest", "grow", "choice"]);
  const shots = process.env["GRADUS_SCREENSHOTS"];
  if (shots !== undefined) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${width}-${colorScheme}.png`), fullPage: true });
  }
  await page.context().close();
});
