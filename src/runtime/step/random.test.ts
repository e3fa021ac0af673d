import { describe, expect, it } from "vitest";
import { elementTypes } from "../../../tests/support/backends.ts";
import { javascript } from "../../compilers/js/interpreter.ts";
import { webassembly } from "../../compilers/wasm/compiler.ts";
import { chain, defineOptimizer, defineTransform } from "../../define.ts";
import type { Rule } from "../../rule/definition.ts";
import { sparse } from "../gradients/sparse.ts";
import { type OptimizeOptions, optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

const draw = (expression: string) =>
  defineOptimizer({ name: "draw", hyper: {}, rule: `p = ${expression} + 0 * g` })();

interface Setting extends OptimizeOptions {
  readonly type?: "float32" | "float64";
  readonly foreign?: boolean;
  readonly steps?: number;
  readonly shape?: readonly number[];
}

function drawn(rule: Rule, setting: Setting = {}, name = "w"): number[] {
  const { type = "float32", foreign = false, steps = 1, shape = [3, 5], ...options } = setting;
  const own = parameters({ other: [7], [name]: shape }, { type });
  const net = foreign
    ? { other: own["other"]!.data.slice(), [name]: { data: own[name]!.data.slice(), shape } }
    : own;
  using optimizer = optimize(net, rule, options);
  for (let t = 0; t < steps; t++) {
    void optimizer.gradients;
    optimizer.step();
  }
  return [...optimizer.parameters[name]!.data];
}

describe.each(elementTypes)("draws in %s", (type) => {
  it.each(["randomUniform()", "randomNormal()", "randomNormal() + randomUniform() - rowMean(p)"])(
    "%s: the same bits by both backends, for arrays anywhere, in one block or several",
    (expression) => {
      // The last one is staged in several blocks if it is foreign. It is left out for slow draws.
      const shapes = [
        [1],
        [3, 5],
        [1030],
        ...(expression === "randomUniform()" ? [[2, 60_000]] : []),
      ];
      for (const shape of shapes) {
        const reference = drawn(draw(expression), { type, shape, backend: javascript });
        expect(drawn(draw(expression), { type, shape, backend: webassembly })).toEqual(reference);
        expect(drawn(draw(expression), { type, shape, foreign: true })).toEqual(reference);
      }
    },
  );

  it("have the distributions' moments", () => {
    const count = 40_000;
    const moments = (values: number[]) =>
      [1, 2, 3, 4].map((k) => values.reduce((sum, x) => sum + x ** k, 0) / count);
    const normal = moments(drawn(draw("randomNormal()"), { type, shape: [count] }));
    const uniform = moments(drawn(draw("randomUniform()"), { type, shape: [count] }));
    // Five standard errors. The variance of x^k is E x^2k - (E x^k)^2.
    const within = (found: number, expected: number, variance: number) =>
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(variance / count));
    [0, 1, 0, 3].forEach((m, i) => void within(normal[i]!, m, [1, 2, 15, 96][i]!));
    [1, 2, 3, 4].forEach((k) => {
      within(uniform[k - 1]!, 1 / (k + 1), 1 / (2 * k + 1) - 1 / (k + 1) ** 2);
    });
  });
});

describe("a draw", () => {
  const normal = draw("randomNormal()");

  it("depends on the seed, the step, the name and the element", () => {
    const first = drawn(normal);
    expect(drawn(normal)).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
    const others = [
      drawn(normal, { seed: 1 }),
      drawn(normal, { steps: 2 }),
      drawn(normal, {}, "v"),
    ];
    for (const other of [...others, drawn(normal, { seed: 2 ** 40 })]) {
      expect(other.filter((value) => first.includes(value))).toEqual([]);
    }
  });

  it("depends on its place in the rule, and on its part of a chain", () => {
    expect(drawn(draw("randomNormal() - randomNormal()"))).not.toContain(0);
    const noisy = defineTransform({ name: "noisy", hyper: {}, rule: "p = p + randomNormal()" });
    const once = drawn(chain(draw("0"), noisy()));
    const twice = drawn(chain(draw("0"), noisy(), noisy()));
    twice.forEach((value, i) => void expect(value).not.toBeCloseTo(2 * once[i]!, 5));
  });

  it("is the same if a rule reads it twice, in several loops", () => {
    const rule = defineOptimizer({
      name: "twice",
      hyper: {},
      rule: "x = randomNormal()\np = (x - x) * norm(x) + sum(x * x) - norm(x)^2 + 0 * g",
    });
    for (const value of drawn(rule(), { type: "float64" })) {
      expect(Math.abs(value)).toBeLessThan(1e-12);
    }
  });

  it("works with sparse gradients too", () => {
    const net = parameters({ w: [4, 3] });
    using optimizer = optimize(net, normal);
    optimizer.step({ w: sparse([1], [0, 0, 0]) });
    expect([...net.w.data.keys()].filter((i) => net.w.data[i] !== 0)).toEqual([3, 4, 5]);
  });
});

it("refuses an invalid seed", () => {
  expect(() => drawn(draw("randomNormal()"), { seed: -1 })).toThrow("seed must be a whole number");
});
