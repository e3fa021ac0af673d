/** Threads in a real browser: on a page that is cross-origin isolated, and on one that is not. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, openPage } from "./launch.ts";

let browser: Browser;
let server: Server;

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The page's script and the thread's beside it, as bundlers leave them. */
async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [
      `${import.meta.dirname}/threads.ts`,
      `${import.meta.dirname}/../../src/runtime/threads/worker.js`,
    ],
    entryNames: "[name]",
    outdir: "/",
    bundle: true,
    write: false,
    format: "esm",
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

beforeAll(async () => {
  const scripts = await bundle();
  server = createServer(({ url = "" }, response) => {
    const script = scripts.get(basename(url));
    response.setHeaders(new Map(url.startsWith("/isolated") ? Object.entries(isolation) : []));
    response.setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? '<!doctype html><script type="module" src="./threads.js"></script>');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function trainedOn(folder: string): Promise<unknown> {
  const page = await openPage(browser);
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/${folder}/`);
  await page.waitForFunction("self.trainOnThreads !== undefined");
  return page.evaluate("trainOnThreads()");
}

it("work on an isolated page, with the same bits", async () => {
  expect(await trainedOn("isolated")).toEqual({ isolated: true, threads: 3, same: true });
});

it("are but one on others", async () => {
  expect(await trainedOn("plain")).toEqual({ isolated: false, threads: 1, same: true });
});
