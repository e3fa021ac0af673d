import { expect, test } from "vitest";
import { createRandom } from "../../src/tasks/random.ts";
import { growing, leastUpperBound, longestStep, spike } from "./stepSize.ts";

test("steps are about as long as the learning rate at most, whatever the gradients' scale", () => {
  const random = createRandom(1);
  const noise = Array.from({ length: 2000 }, () => 1e6 * random.normal());
  const consistent = noise.map((value) => 1e6 + 0.1 * value);
  // m is a mean of about (1 + beta1) / (1 - beta1) = 19 gradients. Of those with a deviation of 0.1 it has
  // one of 0.023, and of 2000 such means the largest is 4 deviations off. Seen: 1.07.
  expect(longestStep(consistent)).toBeLessThan(1 + 4 * 0.023);
  // Of pure noise m has 4 times 0.23. The first step has the size of the rate, but for rounding.
  expect(longestStep(noise)).toBeLessThan(1 + 4 * 0.023);
});

test("after a long silence a gradient makes one of (1 - beta1) / sqrt(1 - beta2)", () => {
  // After 20,000 steps 1 - beta2^t is 1 - exp(-20), which is 1 to eight digits.
  expect(longestStep(spike(20_000))).toBeCloseTo(0.1 / Math.sqrt(0.001), 7);
});

test("that is not the longest: growing gradients make steps of 7.27 learning rates", () => {
  const bound = leastUpperBound(0.9, 0.999);
  expect(bound).toBeCloseTo(7.27, 2);
  const longest = longestStep(growing(3000));
  // Corrections of 1 - beta2^3000 = 0.95 keep it below until more steps were made.
  expect(longest).toBeGreaterThan(0.95 * bound);
  expect(longest).toBeLessThanOrEqual(bound);
});
