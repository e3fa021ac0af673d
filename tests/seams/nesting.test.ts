/** Wrappers around wrappers: each pair steps as its parts by hand, or is refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  type AnyOptimizer,
  accumulate,
  adam,
  BindingError,
  curvature,
  galore,
  getHyper,
  optimize,
  partition,
  privatize,
  sam,
  setHyper,
  sgd,
  sophia,
} from "../../src/index.ts";
import {
  around,
  byHand,
  gradient,
  type Inner,
  made,
  makeNet,
  mean,
  type Net,
  type Outer,
  quiet,
  rank,
  slope,
  slopeAbove,
  stepOf,
  valuesOf,
} from "./nesting.ts";

const pairs = Object.entries(byHand).flatMap(([outer, row]) =>
  Object.entries(row).map(([inner, expected]) => [outer, inner, expected] as const),
) as (readonly [Outer, Inner, ((net: Net) => void) | string])[];
const kept = pairs.flatMap(([outer, inner, expected]) =>
  typeof expected === "function" ? [[outer, inner, expected] as const] : [],
);
const refused = pairs.flatMap(([outer, inner, expected]) =>
  typeof expected === "string" ? [[outer, inner, expected] as const] : [],
);

describe.each(kept)("%s around %s", (outer, inner, byHandOf) => {
  test("steps as both by hand", () => {
    const [net, expected] = [makeNet(), makeNet()];
    const optimizer = around[outer](net, inner);
    for (let step = 1; step <= 12; step++) stepOf(outer, optimizer, net, step);
    byHandOf(expected);
    expect(valuesOf(net)).toEqual(valuesOf(expected).map((x) => expect.closeTo(x, 10)));
    expect(valuesOf(net)).not.toEqual(valuesOf(makeNet()));
    optimizer.dispose();
  });

  test("goes on from each moment, bit for bit", () => {
    const net = makeNet();
    const whole = around[outer](net, inner);
    const saved = Array.from({ length: 7 }, (_, i) => {
      stepOf(outer, whole, net, i + 1);
      return structuredClone({ state: whole.state(), values: valuesOf(net) });
    });
    for (const [index, { state, values }] of saved.entries()) {
      const other = makeNet();
      const resumed = around[outer](other, inner);
      other.b.data.set(values.slice(0, 2));
      other.w.data.set(values.slice(2));
      resumed.restore(state);
      for (let step = index + 2; step <= 7; step++) stepOf(outer, resumed, other, step);
      expect(valuesOf(other)).toEqual(valuesOf(net));
      expect(resumed.state()).toEqual(whole.state());
      resumed.dispose();
    }
    whole.dispose();
  });

  test("is as it was where a step throws", () => {
    const net = makeNet();
    const optimizer = around[outer](net, inner);
    for (const step of [1, 2, 3]) stepOf(outer, optimizer, net, step);
    const before = structuredClone([valuesOf(net), optimizer.state()]);
    const bad = { ...gradient(4), b: Float64Array.of(Number.NaN, 1) };
    expect(() =>
      outer === "sam"
        ? (optimizer as ReturnType<typeof around.sam>).step(() => ({ gradients: bad }))
        : (optimizer as AnyOptimizer).step(bad),
    ).toThrow("NaN");
    expect([valuesOf(net), optimizer.state()]).toEqual(before);
    optimizer.dispose();
  });
});

test.each(refused)("%s around %s is refused", (outer, inner, message) => {
  const call = () => around[outer](makeNet(), inner);
  expect(call).toThrow(BindingError);
  expect(call).toThrow(message);
});

describe("curvature", () => {
  const estimate = gradient(3);
  const rule = () => sophia({ lr: 0.1, weightDecay: 0 });

  test.each(["accumulate", "privatize"] as const)("around %s is that of the rule", (inner) => {
    const [net, other] = [makeNet(), makeNet()];
    using optimizer =
      inner === "accumulate"
        ? accumulate(net, rule(), { steps: 2 })
        : privatize(net, rule(), { ...quiet, clip: 1e9 });
    using plain = optimize(other, rule());
    curvature(optimizer).observe(estimate);
    curvature(plain).observe(estimate);
    optimizer.step(gradient(1));
    optimizer.step(gradient(2));
    plain.step(mean(gradient(1), gradient(2)));
    expect(valuesOf(net)).toEqual(valuesOf(other));
  });

  test("around sam is that of the optimizer", () => {
    const [net, other] = [makeNet(), makeNet()];
    using optimizer = optimize(net, rule());
    using plain = optimize(other, rule());
    using sharpness = sam(optimizer, { rho: 0.5 });
    curvature(sharpness).observe(estimate);
    curvature(plain).observe(estimate);
    sharpness.step(() => ({ gradients: slope(net, 1) }));
    plain.step(slopeAbove(other, 1));
    expect(valuesOf(net)).toEqual(valuesOf(other).map((x) => expect.closeTo(x, 12)));
  });

  test("around galore is refused: curvature is of each element", () => {
    using low = galore(makeNet(), rule(), { rank: 2 });
    expect(() => curvature(low)).toThrow("has 8 elements, the parameter 12");
  });
});

describe("galore of some parameters", () => {
  test("beside another rule in a partition, with groups", () => {
    const [net, other] = [makeNet(), makeNet()];
    const rule = partition([{ match: "b", rule: sgd({ lr: 1 }) }], adam({ lr: 0.1 }));
    const groups = [{ match: "b", lr: 0.5, weightDecay: 0 }];
    using together = galore(net, rule, { ...rank, match: "w", groups });
    using low = made.galore(other);
    for (const step of [1, 2, 3]) {
      together.step(gradient(step));
      const b = other.b.data.map((p, i) => p - 0.5 * gradient(step).b[i]!);
      low.step(gradient(step));
      other.b.data.set(b);
    }
    expect(valuesOf(net)).toEqual(valuesOf(other));
  });

  test("around an optimizer whose groups are its own", () => {
    const [net, other] = [makeNet(), makeNet()];
    const groups = [{ match: "b", lr: 0.5 }];
    const decays = [{ match: "b", weightDecay: 0 }];
    using nested = galore(net, (low) => optimize(low, adam({ lr: 0.1 }), { groups }), {
      ...rank,
      groups: decays,
    });
    using plain = galore(other, adam({ lr: 0.1 }), {
      ...rank,
      groups: [{ match: "b", lr: 0.5, weightDecay: 0 }],
    });
    for (const step of [1, 2, 3]) for (const each of [nested, plain]) each.step(gradient(step));
    expect(valuesOf(net)).toEqual(valuesOf(other));
  });
});

test("what waits at two places is flushed at both, or at neither", () => {
  const [net, other] = [makeNet(), makeNet()];
  using nested = around.accumulate(net, "accumulate");
  using plain = optimize(other, adam({ lr: 0.1 }));
  for (const step of [1, 2, 3, 4]) nested.step(gradient(step));
  expect(nested.flush()).toMatchObject({ updated: true, step: 1 });
  plain.step(mean(mean(gradient(1), gradient(2), gradient(3)), gradient(4)));
  expect(valuesOf(net)).toEqual(valuesOf(other));
  expect(nested.flush()).toMatchObject({ updated: false, step: 1 });
  let lr = 0.1;
  const last = makeNet();
  using failing = accumulate(last, (own) => accumulate(own, adam({ lr: () => lr }), { steps: 3 }), {
    steps: 2,
  });
  for (const step of [1, 2, 3]) failing.step(gradient(step));
  const before = structuredClone([valuesOf(last), failing.state()]);
  lr = Number.NaN;
  expect(() => failing.flush()).toThrow("adam.lr");
  expect([valuesOf(last), failing.state()]).toEqual(before);
});

test("galore around sums is flushed along its directions", () => {
  const [net, other] = [makeNet(), makeNet()];
  using nested = around.galore(net, "accumulate");
  nested.step(gradient(1));
  expect(valuesOf(net)).toEqual(valuesOf(other));
  nested.flush();
  using plain = made.galore(other);
  plain.step(gradient(1));
  expect(valuesOf(net)).toEqual(valuesOf(other).map((x) => expect.closeTo(x, 12)));
});

test("three within each other: sam around sums around galore", () => {
  const [net, other] = [makeNet(), makeNet()];
  using sums = around.accumulate(net, "galore");
  using sharpness = sam(sums, { rho: 0.5 });
  using plain = made.galore(other);
  for (const first of [1, 4]) {
    for (const step of [first, first + 1, first + 2]) {
      sharpness.step(() => ({ gradients: slope(net, step) }));
    }
    plain.step(mean(...[0, 1, 2].map((i) => slopeAbove(other, first + i))));
  }
  expect(valuesOf(net)).toEqual(valuesOf(other).map((x) => expect.closeTo(x, 10)));
});

test("a file holds all of it, and what was set", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-nesting-"));
  const make = (net: Net) => {
    const inner = (own: Net) =>
      accumulate(own, (low) => galore(low, adam({ lr: 0.1 }), rank), { steps: 2 });
    return accumulate(net, inner, { steps: 3 });
  };
  const [net, other] = [makeNet(), makeNet()];
  using optimizer = make(net);
  for (const step of [1, 2, 3, 4]) optimizer.step(gradient(step));
  setHyper(optimizer, { lr: 0.3 }, { match: "w" });
  saveCheckpoint(join(folder, "run.safetensors"), optimizer);
  using resumed = make(other);
  loadCheckpoint(join(folder, "run.safetensors"), resumed);
  rmSync(folder, { recursive: true });
  expect(["b", "w"].map((name) => getHyper(resumed, "lr", name))).toEqual([0.1, 0.3]);
  for (const step of [5, 6, 7]) for (const each of [optimizer, resumed]) each.step(gradient(step));
  expect(valuesOf(other)).toEqual(valuesOf(net));
  expect(resumed.state()).toEqual(optimizer.state());
});
