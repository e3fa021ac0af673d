import { describe, expect, test } from "vitest";
import { elementTypes } from "../../tests/support/backends.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { Rule } from "../rule/definition.ts";
import { optimize } from "../runtime/optimize.ts";
import { type Parameter, parameters } from "../runtime/parameters.ts";
import { mechanize } from "./mechanize.ts";

const curvatures = [10, 1, 0.1];

/** Gradient steps down sum(curvature * x^2 / 2) from (1, 1, 1) in two tensors; the loss at the end. */
function descend(net: Record<"a" | "b", Parameter>, rule: Rule, steps: number) {
  net.a.data.fill(1);
  net.b.data.fill(1);
  using optimizer = optimize(net, rule, { nonFinite: "skip" });
  for (let t = 0; t < steps; t++) {
    const slope = (x: number, i: number) => curvatures[i]! * x;
    optimizer.step({
      a: [slope(net.a.data[0]!, 0)],
      b: [...net.b.data].map((x, i) => slope(x, i + 1)),
    });
  }
  const { parameters: state } = optimizer.state();
  const copy = Object.entries(state).map(([name, each]) => [
    name,
    Object.fromEntries(Object.entries(each).map(([key, array]) => [key, [...array]])),
  ]);
  const losses = [...net.a.data, ...net.b.data].map((x, i) => (curvatures[i]! * x * x) / 2);
  return {
    loss: losses.reduce((sum, x) => sum + x),
    state: Object.fromEntries(copy) as Record<string, Record<string, number[]>>,
  };
}

describe.each(elementTypes)("in %s", (type) => {
  const fresh = () => parameters({ a: [1], b: [2] }, { type });
  const start = 11.1 / 2;

  test.each([1, 100, 1e4])("finds a scale for sgd at lr %s, with which it diverges", (lr) => {
    expect(descend(fresh(), sgd({ lr }), 500).loss).toBeGreaterThan(start);
    const { loss } = descend(fresh(), chain(sgd({ lr }), mechanize()), 500);
    expect(loss).toBeLessThan(1e-2 * start);
  });

  test("has the parameters where its state says, with one scale for all", () => {
    const net = fresh();
    const { state } = descend(net, chain(sgd({ lr: 1 }), mechanize({ sInit: 0.01 })), 20);
    const sums = Object.values(state).map((each) =>
      [1, 2, 3, 4, 5, 6].reduce((sum, i) => sum + each[`mechanize.s${i}`]![0]!, 0),
    );
    expect(sums[0]).toBe(sums[1]);
    expect(sums[0]).toBeGreaterThan(0);
    const round = type === "float32" ? Math.fround : Number;
    for (const key of ["a", "b"] as const) {
      const { "mechanize.p0": p0, "mechanize.delta": delta } = state[key]!;
      for (const [i, value] of net[key].data.entries()) {
        expect(value).toBe(round(p0![i]! + round(round(sums[0]!) * delta![i]!)));
      }
    }
  });
});
