/** gradus/jax-js on WebGPU, in a real browser: jax-js has it nowhere else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import type { run } from "./jaxJs.ts";
import { launchBrowser, openPage } from "./launch.ts";

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { run } from "./jaxJs.ts"; Object.assign(self, { run });',
      resolveDir: import.meta.dirname,
    },
    // The example imports the package by its name.
    alias: {
      gradus: join(import.meta.dirname, "../../src/index.ts"),
      "gradus/jax-js": join(import.meta.dirname, "../../src/jax-js/index.ts"),
    },
    ...{ bundle: true, write: false, format: "iife", logLevel: "error" },
  });
  return outputFiles[0]!.text;
}

async function inPage(): Promise<Awaited<ReturnType<typeof run>>> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-jax-js-"));
  const path = join(folder, "page.html");
  writeFileSync(join(folder, "page.js"), await bundle());
  writeFileSync(path, '<!doctype html><script src="page.js"></script>');
  const browser = await launchBrowser(["--enable-unsafe-webgpu"]);
  try {
    const page = await openPage(browser);
    await page.goto(pathToFileURL(path).href);
    return await page.evaluate(() => (self as unknown as { run: typeof run }).run());
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

it("steps on jax-js' device as it does on wasm, leaves nothing behind and can be saved", async () => {
  const found = await inPage();
  expect(found.refused).toEqual([]);
  // Ten updates of up to 0.1, of a division, a root and a norm, which WGSL rounds to 2.5 ULP and worse: 2^-20 of each.
  for (const each of [found.step, found.update]) {
    expect(each.length).toBe(found.wasm.length);
    const apart = each.map((value, i) => Math.abs(value - found.wasm[i]!));
    expect(Math.max(...apart)).toBeLessThan(10 * 0.1 * 2 ** -20 + 10 * 2 ** -23);
  }
  expect(Math.max(...found.wasm.map(Math.abs))).toBeGreaterThan(0.5);
  expect(found.growth[1]).toBe(found.growth[0]);
  expect(found.resumed[0]).toEqual(found.resumed[1]);
  expect(found.limits.messages).toEqual([
    "init: `w` is on WebGPU, where binding is asynchronous: await initAsync(params)",
    expect.stringMatching(/^on WebGPU a state that is kept with `\.ref` cannot be stepped/),
  ]);
  expect(found.limits.loss).toBe(300);
  // Guessing tells half of the points apart.
  expect(found.example).toBeGreaterThan(0.8);
});
