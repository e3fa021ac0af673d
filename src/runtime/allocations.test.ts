import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sample } from "../../tests/support/properties.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-allocations-"));
const script = join(folder, "allocations.js");
const ROOT = join(import.meta.dirname, "../..");

// Made once for all processes, each of which would take longer to compile it than to run it.
beforeAll(async () => {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      allocations: "tests/support/allocations.ts",
      worker: "src/runtime/threads/worker.js",
    },
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bytesAStep(name: string): Promise<number> {
  // Optimized code is waited for, not made beside: how many steps it takes does not depend on load.
  const flags = ["--expose-gc", "--no-concurrent-recompilation"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, name]);
  return Number(stdout);
}

const cases = [
  "own arrays",
  "groups and types",
  "clip chain",
  "foreign arrays",
  "gradients passed",
  "skipped steps",
  "several threads",
];

/** One number that is boxed would be 16 bytes, a view on a buffer more than 100. */
test.concurrent.each(sample(cases, 2))(
  "after the first ones no step allocates anything: %s",
  async (name) => {
    expect(await bytesAStep(name)).toBeLessThan(8);
  },
);
