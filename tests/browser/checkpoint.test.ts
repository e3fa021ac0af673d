/** Checkpoints in a real browser: as a Blob, and in its own file system; on an isolated page and on another. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build, transformSync } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkpointBlob } from "../../src/checkpoint/index.ts";
import { momentum, optimize, parameters } from "../../src/index.ts";
import { launchBrowser, openPage } from "./launch.ts";

let browser: Browser;
let server: Server;

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/checkpoint.ts`],
    bundle: true,
    write: false,
    format: "esm",
  });
  server = createServer(({ url = "" }, response) => {
    const isScript = url.endsWith(".js");
    response.setHeaders(new Map(url.startsWith("/isolated") ? Object.entries(isolation) : []));
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    const page = '<!doctype html><script type="module" src="./checkpoint.js"></script>';
    response.end(isScript ? outputFiles[0]!.text : page);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function open(folder: string): Promise<Page> {
  const page = await openPage(browser);
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/${folder}/`);
  await page.waitForFunction("self.checkpointTest !== undefined");
  return page;
}

/** What the page trains, here. */
function trained(steps: number) {
  const net = { ...parameters({ w: [300, 5] }), b: new Float64Array(3) };
  const optimizer = optimize(net, momentum({ lr: 0.1 }));
  for (let t = 1; t <= steps; t++) {
    const w = Float32Array.from(net.w.data, (_, j) => ((t * j) % 7) - 3);
    optimizer.step({ w, b: [t, 2, 3] });
  }
  return optimizer;
}

describe.each([
  ["isolated", true],
  ["plain", false],
])("on a page that is %s", (folder, isolated) => {
  let page: Page;

  beforeAll(async () => {
    page = await open(folder);
  });

  it("a Blob has the bytes that Node writes, and resumes what Node has saved", async () => {
    const metadata = { epoch: 1 };
    const here = await checkpointBlob(trained(3), { metadata }).arrayBuffer();
    const there = await page.evaluate<number[]>("checkpointTest.bytes()");
    expect(Buffer.from(there).equals(Buffer.from(here))).toBe(true);
    const bits = await page.evaluate<string>(`checkpointTest.resume(${JSON.stringify(there)})`);
    const { w, b } = trained(5).parameters;
    expect(JSON.parse(bits).slice(0, 2)).toEqual([[...b.data], [...w.data]]);
  });

  it("the browser's own file system keeps the last few, and the newest goes on", async () => {
    const found = await page.evaluate<object>("checkpointTest.rotate()");
    expect(found).toMatchObject({
      names: [1, 2, 3, 4].map((i) => `00000${i}-step-${i}.safetensors`),
      left: ["000003-step-3.safetensors", "000004-step-4.safetensors"],
      report: { step: 4, path: "000004-step-4.safetensors", damaged: [], differences: [] },
      same: true,
      isolated,
      // A Blob takes no views of such memory.
      shared: true,
    });
    expect(found).not.toHaveProperty("nothing.step");
  });

  it("a second run, a damaged file and a path are one clear error each", async () => {
    expect(await page.evaluate<object>("checkpointTest.refuse()")).toEqual({
      secondRun: expect.stringMatching(
        /^CheckpointError: two: another run has saved `000001-step-1\.safetensors` in this folder/,
      ),
      step: 1,
      damaged: [expect.stringMatching(/000002-step-2\.safetensors: its checksum is/)],
      node: "CheckpointError: there are files in Node only: on a page, use checkpointBlob() or browserCheckpoints()",
      count: 2,
    });
  });

  it("of runs that save at the same time, one does, and the others are told", async () => {
    expect(await page.evaluate<object>("checkpointTest.race()")).toEqual({
      saved: ["000001-step-1.safetensors", "CheckpointError", "CheckpointError"],
      left: ["000001-step-1.safetensors"],
      step: 1,
    });
  });

  it("what a closed page left is no checkpoint, and one that changes is not taken over", async () => {
    expect(await page.evaluate<object>("checkpointTest.fail()")).toEqual({
      message: "CheckpointError: the Blob: it has changed since it was checked: read it again",
      same: true,
    });
  });

  it.each(["blob", "folder"])("the examples of %s.ts run", async (file) => {
    const text = readFileSync(
      `${import.meta.dirname}/../../src/checkpoint/browser/${file}.ts`,
      "utf8",
    );
    const examples = [...text.matchAll(/^ \* @example((?:.|\n \*)*?)\n \*\//gm)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, example] of examples) {
      const { code } = transformSync(example!.replace(/\n \* ?/g, "\n"), { loader: "ts" });
      await page.evaluate(`(async () => {
        const { adam, optimize, parameters, checkpointBlob, loadCheckpointBlob, browserCheckpoints } = examples;
        const optimizer = optimize(parameters({ w: [2, 3] }), adam());
        ${code}
      })()`);
    }
  });
});
