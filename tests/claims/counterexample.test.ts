import { describe, expect, test } from "vitest";
import { adam, amsgrad, inverseSqrt } from "../../src/index.ts";
import { endOf, online, theorem1 } from "./counterexample.ts";

const lr = inverseSqrt({ initial: 0.5 });

describe.each([3, 10])("gradients of %i and twice -1, whose minimum is at -1", (large) => {
  const beta2 = 1 / (1 + large ** 2);
  const end = (rule: typeof adam | typeof amsgrad, beta2: number) =>
    endOf(rule({ lr, beta1: 0, beta2 }), theorem1(large), 3000);

  test("Adam ends at 1, the worst point there is", () => {
    expect(end(adam, beta2)).toBe(1);
  });

  test("AMSGrad ends at -1", () => {
    // Within the last step against it, of at most 0.5 / sqrt(3000) = 0.009.
    expect(end(amsgrad, beta2)).toBeLessThan(-0.99);
  });

  test("so does Adam with the default beta2", () => {
    expect(end(adam, 0.999)).toBeLessThan(-0.98);
  });
});

test("with beta1 = 0.9 and beta2 = 0.99 Adam ends near the worst point as well", () => {
  // In each round of 101 it moves up by a little more than down; 20,000 steps are 198 rounds.
  const options = { lr, beta1: 0.9, beta2: 0.99 };
  expect(endOf(adam(options), online, 20_000)).toBeGreaterThan(0.9);
  expect(endOf(amsgrad(options), online, 20_000)).toBeLessThan(-0.3);
});
