/** What a parameter, its gradient and AdamW's two states take of a process. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundled } from "../support/bundled.ts";

const script = await bundled(join(import.meta.dirname, "../support/bytesEach.ts"));

test.each([
  ["float32", 16],
  ["bfloat16", 8],
  ["stochastic", 8],
  ["compensated", 10],
  ["master", 12],
] as const)("all in %s: %d bytes", (kept, bytes) => {
  const found = Number.parseFloat(String(execFileSync(process.execPath, [script, kept])));
  // A few megabytes are code and what passes through.
  expect(found).toBeGreaterThan(bytes - 0.5);
  expect(found).toBeLessThan(bytes + 1);
});
