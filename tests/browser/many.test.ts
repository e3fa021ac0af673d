/** A page can have thousands of small optimizers: each memory would take gigabytes of a page's addresses. */
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { many } from "../support/manyOptimizers.ts";
import { launchBrowser, openPage } from "./launch.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

it("has 10,000 of them at once", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../support/manyOptimizers.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "tried",
    logLevel: "error",
  });
  const page = await openPage(browser);
  await page.addScriptTag({ content: outputFiles[0]!.text });
  const found: ReturnType<typeof many> = await page.evaluate("tried.many(10_000)");
  expect(found.different).toBe(0);
  expect(found.memories).toBeLessThan(20);
});
