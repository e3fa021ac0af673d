import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bundled } from "../../../tests/support/bundled.ts";
import { sample } from "../../../tests/support/properties.ts";

const script = await bundled(join(import.meta.dirname, "../../../tests/support/allocations.ts"));

async function bytesAStep(name: string): Promise<number> {
  // Optimized code is compiled synchronously, so that the number of steps that it takes does not depend on the machine's load.
  const flags = ["--expose-gc", "--no-concurrent-recompilation"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, name]);
  return Number(stdout);
}

const cases = [
  "foreign arrays",
  "own arrays",
  "gradients passed",
  "bits passed",
  "groups and types",
  "several threads",
  "clip chain",
  "skipped steps",
];

/** A single boxed number would be 16 bytes, a view on a buffer more than 100. */
test.concurrent.each(sample(cases, 2))(
  "after the first steps, no step allocates anything: %s",
  async (name) => {
    expect(await bytesAStep(name)).toBeLessThan(8);
  },
);
