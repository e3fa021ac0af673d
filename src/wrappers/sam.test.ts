import { describe, expect, it } from "vitest";
import { defineOptimizer } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { partition } from "../rule/partition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { sam } from "./sam.ts";

const scales = [1, 10, 0.1, 3, 0.5];
/** The gradient of sum(scale * (x^4 / 4 + x^2 / 2)). */
const slope = (x: number, i: number) => scales[i % 5]! * (x ** 3 + x);

function start(type: "float32" | "float64" = "float64") {
  const net = parameters({ w: [5], b: [3] }, { type });
  net.w.data.forEach((_, i) => void (net.w.data[i] = Math.sin(i + 1)));
  net.b.data.forEach((_, i) => void (net.b.data[i] = Math.cos(i)));
  return net;
}

/** Foret et al., algorithm 1, around SGD with momentum, and ASAM's scaling. */
function transcription(rho: number, adaptive: boolean, steps: number): number[] {
  const { w, b } = start();
  const p = [...w.data, ...b.data];
  const place = (i: number) => (i < 5 ? i : i - 5);
  const buffer = p.map(() => 0);
  for (let t = 1; t <= steps; t++) {
    const g = p.map((x, i) => slope(x, place(i)));
    const size = p.map((x) => (adaptive ? Math.abs(x) + 0.01 : 1));
    const norm = Math.sqrt(g.reduce((sum, x, i) => sum + (size[i]! * x) ** 2, 0));
    const higher = p.map((x, i) => x + (rho / norm) * size[i]! ** 2 * g[i]!);
    for (const [i, x] of higher.entries()) {
      const g2 = slope(x, place(i));
      buffer[i] = 0.9 * buffer[i]! + g2;
      p[i] = p[i]! - 0.02 * buffer[i]!;
    }
  }
  return p;
}

describe("sharpness-aware steps", () => {
  it.each([
    [0.05, false],
    [0.5, true],
    [0.3, false],
  ])("are the paper's, rho %s, adaptive %s", (rho, adaptive) => {
    for (const steps of [1, 2, 10, 25]) {
      const net = start();
      using optimizer = optimize(net, sgd({ lr: 0.02, momentum: 0.9 }));
      using sharpness = sam(optimizer, { rho, adaptive });
      for (let t = 0; t < steps; t++) {
        sharpness.step(() => {
          net.w.data.forEach((x, i) => void (optimizer.gradients.w[i] = slope(x, i)));
          net.b.data.forEach((x, i) => void (optimizer.gradients.b[i] = slope(x, i)));
        });
      }
      const expected = transcription(rho, adaptive, steps);
      for (const [i, value] of [...net.w.data, ...net.b.data].entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-12);
      }
    }
  });

  it("leave the parameters bit for bit if the optimizer does not step", () => {
    const net = start("float32");
    using optimizer = optimize(net, adam({ lr: 0 }));
    using sharpness = sam(optimizer);
    const before = net.w.data.slice();
    let seen = before;
    sharpness.step(() => {
      seen = net.w.data.slice();
      optimizer.gradients.w.fill(1);
    });
    expect(seen).not.toEqual(before);
    expect(net.w.data).toEqual(before);
    const fail = () => {
      if (net.w.data[0] !== before[0]) throw new Error("mine");
    };
    expect(() => sharpness.step(fail)).toThrow("mine");
    expect(net.w.data).toEqual(before);
  });

  it("use gradients and the loss that the closure returns", () => {
    const by = defineOptimizer({ name: "by", hyper: { lr: 1 }, rule: "u = g * loss" });
    const net = parameters({ w: [2] }, { type: "float64" });
    net.w.data.set([3, 4]);
    using optimizer = optimize(net, by({ lr: 0.1 }));
    using sharpness = sam(optimizer, { rho: 5 });
    // The loss is
    // w
    // ^2 / 2: up from (3, 4) to (6, 8), where it is 50.
    sharpness.step(() => {
      const w = net.w.data.slice();
      return { gradients: { w }, loss: (w[0]! ** 2 + w[1]! ** 2) / 2 };
    });
    expect(net.w.data[0]).toBeCloseTo(3 - 0.1 * 6 * 50, 10);
    optimizer.gradients.w.set([0, 0]);
    sharpness.step(() => 2);
    expect(net.w.data[0]).toBeCloseTo(3 - 0.1 * 6 * 50, 10);
  });

  it("leave gradients that are not finite to the optimizer", () => {
    for (const [nonFinite, bad] of [
      ["skip", 1],
      ["skip", 2],
      ["throw", 1],
      ["throw", 2],
    ] as const) {
      const net = start("float32");
      const before = net.w.data.slice();
      using optimizer = optimize(net, sgd(), { nonFinite });
      using sharpness = sam(optimizer);
      let calls = 0;
      const step = () =>
        sharpness.step(() => {
          calls += 1;
          optimizer.gradients.w.fill(calls === bad ? Number.NaN : 1);
        });
      if (nonFinite === "skip") {
        expect(step().skipped).toBe(true);
      } else {
        expect(step).toThrow("the gradient of `w` has NaN at element 0");
      }
      expect(calls).toBe(bad);
      expect(net.w.data).toEqual(before);
    }
  });

  it("do not move if the gradient is zero", () => {
    const net = parameters({ w: [2] });
    net.w.data.set([1, 2]);
    using optimizer = optimize(net, sgd({ lr: 1 }));
    using sharpness = sam(optimizer);
    let seen = net.w.data;
    sharpness.step(() => {
      optimizer.gradients.w.fill(0);
      seen = net.w.data.slice();
    });
    expect([...seen, ...net.w.data]).toEqual([1, 2, 1, 2]);
  });

  it("do not move frozen parameters, and need no gradients of them", () => {
    const rule = partition([{ match: "w", rule: sgd({ lr: 0.1 }) }]);
    for (const frozen of [[7, 7, 7], undefined]) {
      const net = start();
      const before = net.b.data.slice();
      using optimizer = optimize(net, rule);
      using sharpness = sam(optimizer, { rho: 5 });
      sharpness.step(() => {
        expect(net.b.data).toEqual(before);
        return { gradients: { w: [3, 4, 0, 0, 0], b: frozen } };
      });
      expect(net.b.data).toEqual(before);
      expect(net.w.data[0]).toBeCloseTo(Math.sin(1) - 0.3, 14);
    }
  });

  it("refuse unknown options", () => {
    using optimizer = optimize(start(), sgd());
    expect(() => sam(optimizer, { radius: 1 } as never)).toThrow("unknown option `radius`");
  });

  it.each([
    ["rho", -1],
    ["rho", Number.POSITIVE_INFINITY],
    ["eta", -0.01],
  ])("refuse %s of %d, be it a schedule's, and leave all as it was", (name, value) => {
    const net = start();
    using optimizer = optimize(net, sgd());
    expect(() => sam(optimizer, { [name]: value })).toThrow(
      `sam: \`${name}\` must be a number in [0, inf)`,
    );
    const sharpness = sam(optimizer, { adaptive: true, [name]: () => value });
    const before = structuredClone(net.w.data);
    const step = () => sharpness.step(() => void optimizer.gradients.w.fill(1));
    expect(step).toThrow(`the schedule of sam.${name} gave ${value} at step 1`);
    expect(net.w.data).toEqual(before);
  });

  it("wait for asynchronous closures", async () => {
    const [one, other] = [start(), start()];
    const run = async (net: typeof one, later: boolean) => {
      using optimizer = optimize(net, sgd({ lr: 0.1 }));
      using sharpness = sam(optimizer);
      const write = () => void optimizer.gradients.w.set(net.w.data);
      const report = await (later
        ? sharpness.step(async () => {
            await Promise.resolve();
            write();
          })
        : sharpness.step(write));
      expect(report.step).toBe(1);
    };
    await run(one, true);
    await run(other, false);
    expect(one.w.data).toEqual(other.w.data);
  });
});
