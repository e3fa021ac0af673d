/** The examples for TensorFlow.js run, and print what they promise. */
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.restoreAllMocks());

/** What an example prints. */
async function printed(load: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => lines.push(String(line)));
  await load();
  return lines;
}

test("a convolutional network learns Fashion-MNIST with AdamW and a warm-up", async () => {
  const lines = await printed(() => import("../../examples/tfjs-fashion.ts"));
  const numbers = lines
    .join(" ")
    .match(/\d\.\d+/g)!
    .map(Number);
  const [first, last, accuracy] = numbers as [number, number, number];
  expect(last).toBeLessThan(first);
  // One of ten classes by chance is right once in ten times.
  expect(accuracy).toBeGreaterThan(0.6);
});

test("a model that was saved goes on as if it had not stopped", async () => {
  const [line] = await printed(() => import("../../examples/tfjs-continue.ts"));
  const [without, after] = line!.match(/\d\.\d+(e-\d+)?/g)!;
  expect(after).toBe(without);
});
