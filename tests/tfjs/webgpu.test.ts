/** GradusOptimizer in Chromium, on the backends of TensorFlow.js that need a page. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openPage } from "../browser/launch.ts";
import type * as Run from "./page.ts";
import type { scenarios } from "./scenarios.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-tfjs-"));
let browser: Browser;
let page: Page;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import * as all from "./page.ts"; Object.assign(self, all);',
      resolveDir: import.meta.dirname,
    },
    ...{ bundle: true, write: false, format: "iife", platform: "browser", logLevel: "error" },
  });
  return outputFiles[0]!.text.replaceAll("</script", "<\\/script");
}

beforeAll(async () => {
  const path = join(folder, "page.html");
  writeFileSync(path, `<!doctype html><meta charset="utf-8"><script>${await bundle()}</script>`);
  browser = await launchBrowser(["--enable-unsafe-webgpu", "--disable-gpu-watchdog"]);
  page = await openPage(browser);
  await page.goto(pathToFileURL(path).href);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

type InPage = typeof Run;

const apart = (backend: string, name: string) =>
  page.evaluate(([backend, name]) => (self as unknown as InPage).apart(backend, name, 200), [
    backend,
    name,
  ] as const);

const play = (backend: string, name: keyof typeof scenarios) =>
  page.evaluate(([backend, name]) => (self as unknown as InPage).play(backend, name), [
    backend,
    name,
  ] as const);

const optimizers = ["sgd", "momentum", "rmsprop", "adagrad", "adadelta", "adam", "adamax"];

describe("the losses of 200 steps are those of TensorFlow.js' own", () => {
  test("on all that it has", async () => {
    expect(await page.evaluate(() => (self as unknown as InPage).names())).toEqual(optimizers);
  });

  const runs = [
    ...optimizers.map((name) => ["webgpu", name] as const),
    ...["sgd", "adam"].map((name) => ["webgl", name] as const),
  ];
  test.each(runs)("on %s: %s", async (backend, name) => {
    for (const [which, { apart: far, first, last }] of Object.entries(await apart(backend, name))) {
      // Each rounds its own operations; 200 steps make that at most a hundred thousandth here.
      expect(far, which).toBeLessThan(1e-4);
      expect(last, which).toBeLessThan(first);
    }
  });
});

/** @param most relatively to the largest number of a tensor, or to 1 */
function expectClose(
  one: Record<string, number[]>,
  other: Record<string, number[]>,
  most: number,
): void {
  expect(Object.keys(one)).toEqual(Object.keys(other));
  for (const [name, values] of Object.entries(one)) {
    const expected = other[name]!;
    const scale = Math.max(1, ...expected.map(Math.abs));
    expect(values.length, name).toBe(expected.length);
    for (const [index, value] of values.entries()) {
      expect(Math.abs(value - expected[index]!) / scale, `${name}[${index}]`).toBeLessThan(most);
    }
  }
}

describe("what is done on webgpu comes to what it does on cpu", () => {
  test.each([
    ["a schedule, clipping and decay over groups", "chained"],
    ["accumulation", "accumulated"],
    ["averages that are evaluated", "evaluated"],
    ["variables that come, go, and are left alone", "coming"],
    ["tensors that others have, and values that are assigned", "shared"],
    ["state that is saved and restored", "saved"],
    ["state that goes on in variables of other names", "beside"],
    ["a model of layers", "fitted"],
  ] as const)("%s", async (_, name) => {
    const [gpu, cpu] = [await play("webgpu", name), await play("cpu", name)];
    expect(gpu.uncaptured).toEqual([]);
    // State that goes on has the bits of that which was not saved.
    expect(gpu.found["differing"] ?? []).toEqual([]);
    expect(cpu.found["differing"] ?? []).toEqual([]);
    // WGSL's roots and divisions are within a few units in the last place; steps are of a hundredth, and Adam's are as large where a
    // gradient is near zero.
    expectClose(gpu.found, cpu.found, 2e-6);
  });
});

test("a thousand steps on webgpu leave nothing behind", async () => {
  const { found, uncaptured } = await play("webgpu", "leaks");
  expect(uncaptured).toEqual([]);
  expect(found).toEqual({ growth: [0, 0, 0, 0], buffers: [0], left: [0, 0, 0, 0] });
});

test("a gradient that is not finite is said once the device has, and so is that it is lost", async () => {
  const found = await page.evaluate(() => (self as unknown as InPage).refusals());
  expect(found).toEqual({
    said: expect.stringMatching(/^GradientError: step 2: a gradient is not finite/),
    unchanged: [0, 2],
    next: "nothing",
    changed: [-1, 2],
    lost: expect.stringMatching(/^DeviceError: the device is lost \(destroyed/),
  });
});
