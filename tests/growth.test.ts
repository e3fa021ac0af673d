/** What is made to be as bad as can be for a reader takes time and memory in proportion to its bytes. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { mostMemory } from "./support/fuzz.ts";
import type { Growth } from "./support/growth.ts";

/** MiB: what the larger inputs may take, and as much as the process itself. */
const heap = Math.ceil(mostMemory(8e5) / 2 ** 20) + 80;

let found: Growth[];

beforeAll(() => {
  const script = join(import.meta.dirname, "support", "growth.ts");
  const words = [`--max-old-space-size=${heap}`, "--import", "tsx", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
  // The last that is told of is the one before that which took more than there is.
  expect(status, `${stdout.slice(-300)}\n${stderr.slice(-1000)}`).toBe(0);
  found = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
});

it("in memory", () => {
  expect(found.length).toBeGreaterThan(50);
  for (const { name, readings } of found) {
    for (const { bytes, memory } of readings) {
      expect(memory, `${name}, ${bytes} bytes`).toBeLessThan(mostMemory(bytes));
    }
  }
});

it("in time: four times the bytes take no more than about four times as long", () => {
  for (const { name, readings } of found) {
    const [small, large] = readings.map(({ milliseconds }) => milliseconds);
    // What is quadratic would take sixteen times as long; others share the machine.
    expect(large, `${name}: ${small} and ${large} ms`).toBeLessThan(10 * Math.max(20, small!));
  }
});
