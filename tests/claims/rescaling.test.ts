import { describe, expect, test } from "vitest";
import { adagrad, adam, rmsprop, sgd } from "../../src/index.ts";
import { deviation, quadratic, randomFactors, stepsToMillionth } from "./rescaling.ts";

const exact = { lr: 0.01, eps: 0 };

describe("Adam's steps do not depend on a diagonal rescaling of the gradients", () => {
  const powersOfTwo = randomFactors(2, 10);

  test("not by a bit, for powers of two and without eps", () => {
    expect(deviation(adam(exact), powersOfTwo)).toBe(0);
    expect(deviation(rmsprop(exact), powersOfTwo)).toBe(0);
    expect(deviation(adagrad(exact), powersOfTwo)).toBe(0);
    expect(deviation(sgd({ lr: 0.1 }), powersOfTwo)).toBeGreaterThan(1);
  });

  test("but for rounding, for other factors and without eps", () => {
    // 200 steps, of which each rounds a few times by 2^-24 relative to its own length, add up to 6e-8
    // of the way each at the most if they all go one way. Seen: 1.2e-7.
    expect(deviation(adam(exact), randomFactors(10, 3))).toBeLessThan(200 * 2 ** -24);
  });

  test("with eps as long as gradients are far above it", () => {
    // The root of v is about 0.1 here, so eps is 1e-7 / factor of it. It takes that share off each step.
    const withEps = (factor: number) => deviation(adam({ lr: 0.01 }), () => factor);
    expect(withEps(1e-2)).toBeLessThan(1e-4);
    expect(withEps(1e-4)).toBeGreaterThan(1e-5);
    // Here eps is larger than the gradients: the steps are those of SGD with momentum.
    expect(withEps(1e-8)).toBeGreaterThan(0.5);
  });
});

test("turning the axes, which SGD does not notice, makes Adam slow", () => {
  const steps = (turned: boolean) => ({
    adam: stepsToMillionth(quadratic(1e4, turned), adam({ lr: 0.1 }), 10_000),
    sgd: stepsToMillionth(quadratic(1e4, turned), sgd({ lr: 1e-4, momentum: 0.9 }), 10_000),
  });
  const [along, turned] = [steps(false), steps(true)];
  // Seen: 123 steps, and 3813 turned; SGD takes 1836 in both.
  expect(along.adam).toBeLessThan(along.sgd / 5);
  expect(turned.adam).toBeGreaterThan(5 * along.adam);
  expect(turned.sgd).toBe(along.sgd);
});
