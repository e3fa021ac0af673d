/** A schedule is asked once a step, whoever uses it. */
import { describe, expect, test } from "vitest";
import {
  adam,
  galore,
  optimize,
  parameters,
  partition,
  reduceOnPlateau,
  sgd,
} from "../../src/index.ts";
import { valued, valuesOf } from "../support/situations.ts";

describe("a schedule is asked once a step,", () => {
  /** A function, and how often it was asked at each step. */
  function counted() {
    const asked: number[] = [];
    const lr = (step: number) => {
      asked.push(step);
      return 1 / asked.length;
    };
    return { asked, lr };
  }

  test("though groups, branches and two types of numbers use it, and all get one value", () => {
    const { asked, lr } = counted();
    const net = {
      a: new Float32Array(1),
      b: new Float64Array(1),
      c: new Float64Array(1),
      d: new Float64Array(1),
    };
    const rule = partition([{ match: "d", rule: sgd({ lr }) }], sgd({ lr }));
    using optimizer = optimize(net, rule, { groups: [{ match: "c", momentum: 0.5 }] });
    asked.length = 0;
    for (let step = 1; step <= 2; step++) {
      const before = [net.a, net.b, net.c, net.d].map(([value]) => value!);
      optimizer.step({ a: [1], b: [1], c: [step === 1 ? 1 : 0.5], d: [1] });
      const moves = [net.a, net.b, net.c, net.d].map(([value], i) => before[i]! - value!);
      expect(moves).toEqual(Array(4).fill(1 / step));
    }
    expect(asked).toEqual([1, 2]);
  });

  test("and two hyperparameters of one part that share it get one value", () => {
    const { asked, lr } = counted();
    using optimizer = optimize(valued({ w: [0] }), adam({ lr, eps: lr }));
    asked.length = 0;
    optimizer.step({ w: [1] });
    expect(asked).toEqual([1]);
  });

  test("though galore decays by it as well: both are of one value", () => {
    const { asked, lr } = counted();
    const net = parameters({ w: [2, 2] }, { type: "float64" });
    net.w.data.fill(8);
    const optimizer = galore(net, sgd({ lr }), { rank: 1, weightDecay: 0.5 });
    asked.length = 0;
    for (let i = 0; i < 2; i++) optimizer.step({ w: [1, 1, 1, 1] });
    expect(asked).toEqual([1, 2]);
    // 8 - 1 - 0.5 * 8 is 3, and 3 - 0.5 - 0.25 * 3 is 1.75.
    for (const value of net.w.data) expect(value).toBeCloseTo(1.75, 12);
  });

  test("and a plateau that was observed between steps gives all groups the new rate", () => {
    const lr = reduceOnPlateau({ initial: 1, patience: 0, factor: 0.5 });
    const net = valued({ a: [0], b: [0] });
    using optimizer = optimize(net, sgd({ lr }), { groups: [{ match: "b", momentum: 0 }] });
    optimizer.step({ a: [1], b: [1] });
    for (const metric of [1, 2]) lr.observe(metric);
    const report = optimizer.step({ a: [1], b: [1] });
    expect([valuesOf(net), { ...report.lrs }]).toEqual([
      { a: [-1.5], b: [-1.5] },
      { a: 0.5, b: 0.5 },
    ]);
  });
});
