/** Where WebAssembly is forbidden: on a page by its policy, and in an engine that may compile nothing. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openPage } from "./launch.ts";
import { trained } from "./policy.ts";

interface Found {
  readonly refused: readonly string[];
  readonly trained: number[][];
}

let script: string;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { refused, trained } from "./policy.ts";
        globalThis.found = { refused: refused(), trained: trained() };
        if (globalThis.process) console.log(JSON.stringify(globalThis.found));
      `,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  script = outputFiles[0]!.text;
});

async function onPage(policy: string): Promise<Found> {
  let browser: Browser | undefined;
  const server: Server = createServer(({ url }, response) => {
    const isScript = url === "/script.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.setHeader("Content-Security-Policy", policy);
    response.end(
      isScript ? script : '<!doctype html><script type="module" src="script.js"></script>',
    );
  }).listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    browser = await launchBrowser();
    const page = await openPage(browser);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("self.found !== undefined");
    return await page.evaluate<Found>("found");
  } finally {
    await browser?.close();
    server.close();
  }
}

function withoutCompiler(): Found {
  const folder = mkdtempSync(join(tmpdir(), "gradus-policy-"));
  try {
    const file = join(folder, "script.mjs");
    writeFileSync(file, script);
    return JSON.parse(
      spawnSync(process.execPath, ["--jitless", file], { encoding: "utf8" }).stdout,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each([
  ["on a page whose policy has no 'wasm-unsafe-eval'", () => onPage("script-src 'self'")],
  ["in Node with --jitless", async () => withoutCompiler()],
])("%s", (_, run) => {
  let found: Found;

  beforeAll(async () => {
    found = await run();
  });

  it("the error says what forbids WebAssembly and what to write", () => {
    const [optimizer, gradients] = found.refused;
    expect(optimizer).toMatch(
      /^BindingError: WebAssembly is forbidden here \(.*'wasm-unsafe-eval' in script-src/,
    );
    expect(optimizer).toContain("pass optimize { backend: javascript }");
    expect(gradients).toMatch(/^BindingError: WebAssembly is forbidden here/);
    expect(gradients).toContain("take the gradients from another library");
  });

  it("the other backend trains to the bits that it gives elsewhere", () => {
    expect(found.trained).toEqual(trained());
  });
});

it("a page that allows it trains as before", async () => {
  const { refused } = await onPage("script-src 'self' 'wasm-unsafe-eval'");
  expect(refused).toEqual(["nothing", "nothing"]);
});
