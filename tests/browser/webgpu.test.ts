/** The suites of tests/webgpu in a real browser: its WebGPU is another build than Node's, with its own checks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { either, sample } from "../support/properties.ts";
import { accepted, limitOf } from "../webgpu/trajectories.ts";
import { launchBrowser, openPage } from "./launch.ts";
import type { refusals, run } from "./webgpu.ts";

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import * as all from "./webgpu.ts"; Object.assign(self, all);',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

const names = sample(accepted, 8);

/** Runs in a page what tests of WebGPU export. */
async function inPage(call: (page: Page) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-webgpu-"));
  const path = join(folder, "page.html");
  writeFileSync(path, `<!doctype html><script>${await bundle()}</script>`);
  const browser = await launchBrowser(["--enable-unsafe-webgpu"]);
  try {
    const page = await openPage(browser);
    await page.goto(pathToFileURL(path).href);
    await call(page);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

it("computes in a page what it computes in Node", async () => {
  await inPage(async (page) => {
    const found = await page.evaluate(
      ([names, steps]) => (self as unknown as { run: typeof run }).run(names, steps),
      [names, either(4, 25)] as const,
    );
    expect(found.mistakes).toEqual([]);
    expect(Object.keys(found.apart)).toEqual(names);
    const far = Object.entries(found.apart).filter(([name, apart]) => !(apart < limitOf(name)));
    expect(far).toEqual([]);
  });
});

it("says in a page what is gone, by name", async () => {
  await inPage(async (page) => {
    const found = await page.evaluate(() =>
      (self as unknown as { refusals: typeof refusals }).refusals(),
    );
    const lost = /^DeviceError: the device is lost \(destroyed/;
    const expected = [
      /^DeviceError: report: the device refused 1 step: the gradient of `w`: /,
      /^DeviceError: read: parameter `w`: /,
      /^BindingError: optimize: parameter `w`: /,
      lost,
      lost,
    ];
    expect(found).toEqual(expected.map((message) => expect.stringMatching(message)));
  });
});
