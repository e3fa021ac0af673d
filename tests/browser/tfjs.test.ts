/** TensorFlow.js on WebGL, in a real browser: gradients are read back from textures, and values go into new ones. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { launchBrowser, openPage } from "./launch.ts";
import type { trainOnWebgl } from "./tfjs.ts";

it("has the losses of its own Adam, goes on where a model was saved, and leaks nothing", async () => {
  const contents = 'import { trainOnWebgl } from "./tfjs.ts"; self.train = trainOnWebgl;';
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    ...{ bundle: true, write: false, format: "iife", logLevel: "error" },
  });
  const folder = mkdtempSync(join(tmpdir(), "gradus-tfjs-page-"));
  const path = join(folder, "page.html");
  writeFileSync(path, "<!doctype html><script src=script.js></script>");
  writeFileSync(join(folder, "script.js"), outputFiles[0]!.text);
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser);
    await page.goto(pathToFileURL(path).href);
    const found: Awaited<ReturnType<typeof trainOnWebgl>> = await page.evaluate("train()");
    expect(found.backend).toBe("webgl");
    for (const [epoch, loss] of found.seen.entries()) {
      // Both in float32; textures may have less where a GPU offers no more.
      expect(Math.abs(loss / found.theirs[epoch]! - 1)).toBeLessThan(1e-3);
    }
    expect(found.seen[9]!).toBeLessThan(found.seen[0]!);
    expect(found.after).toEqual(found.without);
    expect(found.more).toBe(0);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});
