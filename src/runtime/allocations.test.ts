import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../tests/support/allocations.ts", import.meta.url));

async function bytesAStep(name: string): Promise<number> {
  // Optimized code is waited for, not made beside: how many steps it takes does not depend on load.
  const flags = ["--expose-gc", "--no-concurrent-recompilation"];
  const options = [...flags, "--import", "tsx", script, name];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return Number(stdout);
}

/** One number that is boxed would be 16 bytes, a view on a buffer more than 100. */
test.concurrent.each([
  "own arrays",
  "groups and types",
  "clip chain",
  "foreign arrays",
  "gradients passed",
  "skipped steps",
  "several threads",
])("after the first ones no step allocates anything: %s", async (name) => {
  expect(await bytesAStep(name)).toBeLessThan(8);
});
