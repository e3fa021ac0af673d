/** The suites of tests/webgpu in a real browser: its WebGPU is another build than Node's, with its own checks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { accepted, limitOf } from "../webgpu/trajectories.ts";
import { launchBrowser } from "./launch.ts";
import type { run } from "./webgpu.ts";

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { run } from "./webgpu.ts"; self.run = run;',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

it("computes in a page what it computes in Node", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-webgpu-"));
  const path = join(folder, "page.html");
  writeFileSync(path, `<!doctype html><script>${await bundle()}</script>`);
  const browser = await launchBrowser(["--enable-unsafe-webgpu"]);
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    const found = await page.evaluate(() => (self as unknown as { run: typeof run }).run());
    expect(found.mistakes).toEqual([]);
    expect(Object.keys(found.apart)).toEqual(accepted);
    const far = Object.entries(found.apart).filter(([name, apart]) => !(apart < limitOf(name)));
    expect(far).toEqual([]);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
