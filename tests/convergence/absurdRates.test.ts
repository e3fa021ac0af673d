/**
 * What learning rates do that are far too large: parameters may become infinite, since a step of a
 * finite gradient is made as it is asked for. The gradient there is not finite, and is refused by
 * policy; from then on nothing changes any more.
 */
import { describe, expect, test } from "vitest";
import { GradientError, optimize, optimizers, parameters, type Rule } from "../../src/index.ts";

const names = Object.keys(optimizers) as (keyof typeof optimizers)[];
const STEPS = 60;

function absurd(name: keyof typeof optimizers): Rule {
  const factory: (options: object) => Rule = optimizers[name];
  return factory("lr" in optimizers[name].definition.hyper ? { lr: 1e30 } : {});
}

/** A bowl in float32, whose gradient is finite where the weights are, up to 1e37. */
function bind(name: keyof typeof optimizers, nonFinite: "throw" | "skip") {
  const net = parameters({ w: [4, 3], b: [3] });
  net.w.data.forEach((_, i, w) => {
    w[i] = (i - 5) / 4;
  });
  net.b.data.set([1, -2, 3]);
  const optimizer = optimize(net, absurd(name), { nonFinite });
  const { gradients } = optimizer;
  const setGradients = () => {
    let loss = 0;
    for (const key of ["w", "b"] as const) {
      net[key].data.forEach((value, i) => {
        gradients[key][i] = 10 * value;
        loss += 5 * value ** 2;
      });
    }
    const all = [...gradients.w, ...gradients.b];
    const finite = all.every(Number.isFinite);
    // Whether a square of one, or of a thousand times as much, is beyond float32: then a rule may refuse it.
    const huge = all.some((value) => (1024 * value) ** 2 >= 2 ** 128);
    return { finite, huge, loss };
  };
  const bits = () => {
    const states = Object.values(optimizer.state().parameters).flatMap(Object.values);
    return [net.w.data, net.b.data, ...(states as Float32Array[])].map((array) =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex"),
    );
  };
  return { net, optimizer, setGradients, bits };
}

describe.each(names)("%s at a learning rate of 1e30", (name) => {
  test("throws at the first gradient that is not finite, and not before", () => {
    const { optimizer, setGradients, bits } = bind(name, "throw");
    using _ = optimizer;
    for (let step = 1; step <= STEPS; step++) {
      const { finite, huge, loss } = setGradients();
      const before = bits();
      if (finite) {
        try {
          expect(optimizer.step(undefined, { loss }).step).toBe(step);
          continue;
        } catch (error) {
          expect((error as Error).message).toMatch("the rule squares it");
          expect(huge).toBe(true);
        }
      }
      expect(() => optimizer.step(undefined, { loss })).toThrow(GradientError);
      expect(() => optimizer.step(undefined, { loss })).toThrow(
        /^step \d+: the gradient of `[wb]`/,
      );
      expect(bits()).toEqual(before);
      expect(optimizer.steps).toBe(step - 1);
      return;
    }
  });

  test("skips from there on, and counts", () => {
    const { net, optimizer, setGradients, bits } = bind(name, "skip");
    using _ = optimizer;
    let refused = 0;
    for (let step = 1; step <= STEPS; step++) {
      const { finite, huge, loss } = setGradients();
      const before = bits();
      const { skipped } = optimizer.step(undefined, { loss });
      if (!finite || !huge) expect(skipped).toBe(!finite);
      refused += Number(skipped);
      if (skipped) expect(bits()).toEqual(before);
    }
    expect(optimizer.skippedSteps).toBe(refused);
    expect(optimizer.steps).toBe(STEPS - refused);
    const finite = [...net.w.data, ...net.b.data].every((value) => Number.isFinite(10 * value));
    if (!finite) expect(refused).toBeGreaterThan(0);
  });
});

test("some are refused, some are not: both ways are tried", () => {
  const refusals = (name: keyof typeof optimizers) => {
    const { optimizer, setGradients } = bind(name, "skip");
    using _ = optimizer;
    for (let step = 1; step <= STEPS; step++) {
      const { loss } = setGradients();
      optimizer.step(undefined, { loss });
    }
    return optimizer.skippedSteps;
  };
  expect(refusals("sgd")).toBeGreaterThan(0);
  expect(refusals("signSgd")).toBe(0);
});
