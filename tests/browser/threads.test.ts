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
/** Headers of the page by its folder. */
const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  isolated: isolation,
  "no-file": isolation,
  elsewhere: {
    ...isolation,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  },
  "no-blob": { ...isolation, "Content-Security-Policy": "worker-src 'self'" },
  "no-workers": { ...isolation, "Content-Security-Policy": "worker-src 'none'" },
};

/** The page's script and the thread's beside it, as bundlers leave them. */
async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [
      `${import.meta.dirname}/threads.ts`,
      `${import.meta.dirname}/../../src/runtime/threads/gradusWorker.ts`,
    ],
    entryNames: "[name]",
    outdir: "/",
    bundle: true,
    write: false,
    format: "esm",
    // What changes most of a function's text, which is a worker's program where there is no file.
    minify: true,
    keepNames: true,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

const portOf = () => (server.address() as AddressInfo).port;

beforeAll(async () => {
  const scripts = await bundle();
  server = createServer(({ url = "" }, response) => {
    const [, folder = "", file] = url.split("/");
    const isLeftBehind = folder === "no-file" && file === "gradusWorker.js";
    const script = isLeftBehind ? undefined : scripts.get(file ?? "");
    // "localhost" is another origin than the page's.
    const at = folder === "elsewhere" ? `http://localhost:${portOf()}/elsewhere/` : "./";
    response.setHeaders(new Map(Object.entries(headers[folder] ?? {})));
    response.setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? `<!doctype html><script type="module" src="${at}threads.js"></script>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function trainedOn(folder: string, waits = true): Promise<unknown> {
  const page = await openPage(browser);
  await page.goto(`http://127.0.0.1:${portOf()}/${folder}/`);
  await page.waitForFunction("self.trainOnThreads !== undefined");
  return page.evaluate(`trainOnThreads(${waits})`);
}

it.each([
  ["isolated", "an isolated page"],
  ["no-file", "a page whose bundler left the worker's file behind"],
  ["elsewhere", "a page with the library from another origin, as a CDN's"],
  ["no-blob", "a page whose policy wants workers to be files of the site"],
])("work on %s: %s, with the same bits", async (folder) => {
  expect(await trainedOn(folder)).toEqual({ isolated: true, threads: 3, same: true });
});

it("are but one on others", async () => {
  expect(await trainedOn("plain")).toEqual({ isolated: false, threads: 1, same: true });
});

it("are but one where a policy forbids all workers", async () => {
  expect(await trainedOn("no-workers", false)).toEqual({
    isolated: true,
    threads: 1,
    same: true,
  });
});
