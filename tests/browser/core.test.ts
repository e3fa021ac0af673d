/**
 * The core in a real browser, on a page as most are: without cross-origin isolation, on the main
 * thread and in a worker. It must give the bits that Node gives.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { train } from "./core.ts";
import { launchBrowser, openPage } from "./launch.ts";

let folder: string;
let browser: Browser;
let page: Page;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { train } from "./core.ts";
        self.train = train;
        self.onmessage = () => self.postMessage(train());
      `,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
  });
  return outputFiles[0]!.text;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-core-"));
  const path = join(folder, "page.html");
  writeFileSync(path, `<!doctype html><script>${await bundle()}</script>`);
  browser = await launchBrowser();
  page = await openPage(browser);
  await page.goto(pathToFileURL(path).href);
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

it("runs on the main thread of a page that is not isolated", async () => {
  expect(await page.evaluate("crossOriginIsolated")).toBe(false);
  expect(await page.evaluate("train()")).toEqual(train());
});

it("runs in a worker", async () => {
  const found: ReturnType<typeof train> = await page.evaluate(`new Promise((resolve, reject) => {
    const source = document.querySelector("script").textContent;
    const worker = new Worker(URL.createObjectURL(new Blob([source])));
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(event.message);
    worker.postMessage(null);
  })`);
  expect(found).toEqual(train());
});
