/** A wrapper's call that throws has changed nothing. */
import { describe, expect, it } from "vitest";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { polyakSgd } from "../optimizers/polyakSgd.ts";
import { sgd } from "../optimizers/sgd.ts";
import { sophia } from "../optimizers/sophia.ts";
import type { Rule } from "../rule/definition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import { addNoise } from "../transforms/addNoise.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { unscale } from "../transforms/unscale.ts";
import { accumulate } from "./accumulate.ts";
import { curvature } from "./curvature.ts";
import { galore } from "./galore.ts";
import { lossScale } from "./lossScale.ts";
import { privatize } from "./privatize.ts";
import { sam } from "./sam.ts";

const fresh = () => {
  const net = parameters({ w: [3, 4], b: [2] }, { type: "float64" });
  net.w.data.forEach((_, i) => void (net.w.data[i] = Math.cos(i)));
  return net;
};
const gradient = (step: number) => ({
  w: Float64Array.from({ length: 12 }, (_, i) => Math.sin(7 * step + i * i)),
  b: Float64Array.of(step, -1),
});

interface Wrapped {
  readonly parameters: Readonly<Record<string, { data: ArrayLike<number> }>>;
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>;
  state(): OptimizerState;
}

/** Everything that is visible of an optimizer. */
const seen = ({ parameters: all, gradients, state, ...rest }: Wrapped, self: Wrapped) =>
  structuredClone({
    ...rest,
    parameters: Object.entries(all).map(([name, { data }]) => [name, Array.from(data)]),
    gradients: Object.entries(gradients).map(([name, data]) => [name, Array.from(data)]),
    state: state.call(self),
  });
const look = (wrapped: Wrapped) =>
  seen(
    {
      parameters: wrapped.parameters,
      gradients: wrapped.gradients,
      state: wrapped.state,
    },
    wrapped,
  );

function changesNothing(wrapped: Wrapped, call: () => unknown, message: string): void {
  const before = look(wrapped);
  expect(call).toThrow(message);
  expect(look(wrapped)).toEqual(before);
}

/** A rate that is invalid from update `from` on, until it is repaired. */
function failing(from: number) {
  const rate = Object.assign((step: number) => (step >= from && rate.broken ? Number.NaN : 0.1), {
    broken: true,
  });
  return rate;
}

describe("accumulate", () => {
  const each = chain(addNoise({ eta: 0.1 }), clipByGlobalNorm(1)) as Rule;

  it.each(["step", "flush"] as const)("%s, if the update's schedule fails", (method) => {
    const lr = failing(2);
    const run = (mends: boolean) => {
      lr.broken = mends;
      const net = fresh();
      using micro = accumulate(net, adam({ lr }), { steps: 3, each, zeroGradients: true });
      for (let i = 0; i < 5; i++) micro.step(gradient(i));
      micro.gradients.w.set(gradient(5).w);
      const call = () => (method === "step" ? micro.step() : micro.flush());
      if (mends) {
        changesNothing(micro, call, "adam.lr");
        changesNothing(micro, call, "adam.lr");
        lr.broken = false;
      }
      expect(call().updated).toBe(true);
      expect([micro.pending, micro.steps]).toEqual([0, 2]);
      return [...net.w.data, ...net.b.data];
    };
    // The same as if it had never thrown.
    expect(run(true)).toEqual(run(false));
  });

  it("if a loss is missing, or a gradient or the mean is not finite", () => {
    using micro = accumulate(fresh(), polyakSgd(), { steps: 2, each });
    micro.step(gradient(1), { loss: 1 });
    changesNothing(micro, () => micro.step(gradient(2)), "needs the loss");
    changesNothing(micro, () => micro.step({ ...gradient(2), b: [Number.NaN, 0] }), "NaN");
    expect(micro.step(gradient(2), { loss: 1 }).updated).toBe(true);
    using summing = accumulate(fresh(), sgd(), { steps: 2 });
    const large = { ...gradient(1), b: [1.7e308, 0] };
    summing.step(large);
    changesNothing(summing, () => summing.step(large), "Infinity");
    expect(summing.step(gradient(2)).updated).toBe(true);
  });

  it("inside evaluate(), and waiting micro-steps still wait", () => {
    using micro = accumulate(fresh(), chain(adam()), { steps: 2 });
    micro.step(gradient(1));
    micro.evaluate(() => undefined);
    expect(micro.pending).toBe(1);
    expect(micro.flush().updated).toBe(true);
  });

  it("does not touch memory that it has freed", () => {
    const micro = accumulate(fresh(), sgd(), { steps: 2 });
    micro.step(gradient(1));
    micro.dispose();
    for (const call of [
      () => micro.flush(),
      () => micro.discard(),
      () => micro.step(gradient(1)),
    ]) {
      expect(call).toThrow("disposed");
    }
  });

  it("a restore whose inner state does not fit", () => {
    const scale = lossScale();
    const options = { steps: 3, each: unscale({ scale }) };
    using micro = accumulate(fresh(), adam(), options);
    micro.step(gradient(1));
    const saved = micro.state();
    const inner = saved.nested["accumulation"]!;
    const schedules = inner.schedules.map(({ of }) => ({ of, state: { scale: -1, made: 0 } }));
    micro.step(gradient(2));
    const broken = { ...saved, step: 7, nested: { accumulation: { ...inner, schedules } } };
    changesNothing(micro, () => micro.restore(broken), "scale");
  });
});

it("privatize: an update that fails keeps its examples, and draws the same noise again", () => {
  const lr = failing(1);
  const run = (mends: boolean) => {
    lr.broken = mends;
    const net = fresh();
    const options = { examples: 2, clip: 1, noiseMultiplier: 1, seed: 3 };
    using optimizer = privatize(net, sgd({ lr }), options);
    optimizer.step(gradient(1));
    if (mends) {
      changesNothing(optimizer, () => optimizer.step(gradient(2)), "sgd.lr");
      lr.broken = false;
    }
    optimizer.step(gradient(2));
    return [...net.w.data];
  };
  expect(run(true)).toEqual(run(false));
});

describe("galore", () => {
  it.each([
    ["schedule", "adam.lr"],
    ["other gradient", "has NaN"],
    ["loss", "needs the loss"],
  ])("where the %s fails", (cause, message) => {
    const lr = failing(cause === "schedule" ? 3 : 99);
    const rule = cause === "loss" ? polyakSgd({ lr }) : adam({ lr });
    using optimizer = galore(fresh(), rule as Rule, { rank: 2, every: 2 });
    for (const step of [1, 2]) optimizer.step(gradient(step), { loss: 1 });
    const bad = cause === "other gradient" ? { ...gradient(3), b: [Number.NaN, 1] } : gradient(3);
    const inputs = cause === "loss" ? {} : { loss: 1 };
    const gradients = optimizer.gradients.w.slice();
    changesNothing(optimizer, () => optimizer.step(bad, inputs), message);
    expect(optimizer.gradients.w).toEqual(gradients);
  });

  it("a skipped step does not change directions", () => {
    using optimizer = galore(fresh(), adam(), { rank: 2, every: 1, nonFinite: "skip" });
    optimizer.step(gradient(1));
    const before = optimizer.state().parameters;
    expect(optimizer.step({ ...gradient(2), b: [Number.NaN, 0] }).skipped).toBe(true);
    expect(optimizer.state().parameters).toEqual(before);
  });
});

describe("sam", () => {
  it("if the second closure, the optimizer or its schedule fails", () => {
    const lr = failing(1);
    using optimizer = optimize(fresh(), adam({ lr }), { zeroGradients: true });
    using sharpness = sam(optimizer);
    let calls = 0;
    const add = (fails: number) => () => {
      calls += 1;
      optimizer.gradients.w[0]! += 1;
      if (calls % 2 === fails) throw new Error("mine");
    };
    changesNothing(optimizer, () => sharpness.step(add(0)), "mine");
    calls = 0;
    changesNothing(optimizer, () => sharpness.step(add(1)), "mine");
    changesNothing(optimizer, () => sharpness.step(add(2)), "adam.lr");
    lr.broken = false;
    expect(sharpness.step(add(2)).step).toBe(1);
  });

  it("refuses a second step while it waits, and works again after a promise that fails", async () => {
    using optimizer = optimize(fresh(), adam());
    using sharpness = sam(optimizer);
    const write = async () => void optimizer.gradients.w.fill(1);
    const first = sharpness.step(write);
    expect(() => sharpness.step(write)).toThrow("a step still waits for its closure");
    expect((await first).step).toBe(1);
    await expect(sharpness.step(() => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
    expect((await sharpness.step(write)).step).toBe(2);
  });
});

it("curvature: an estimate that does not fit", () => {
  using optimizer = optimize(fresh(), sophia());
  const observer = curvature(optimizer);
  observer.observe(gradient(1));
  for (const bad of [{ ...gradient(2), b: [1] }, { w: gradient(2).w } as never]) {
    changesNothing(optimizer, () => observer.observe(bad), "curvature: the gradient of `b`");
  }
  expect(observer.estimates).toBe(1);
});

describe("closures that add to gradients, with zeroGradients", () => {
  it("sam's second call also starts from zero", () => {
    const net = parameters({ w: [1] }, { type: "float64" });
    net.w.data.fill(1);
    using optimizer = optimize(net, sgd({ lr: 1 }), { zeroGradients: true });
    using sharpness = sam(optimizer, { rho: 0.5 });
    for (const place of [1 - 1.5, -0.5 + 1]) {
      sharpness.step(() => void (optimizer.gradients.w[0]! += net.w.data[0]!));
      // Up by 0.5 to a gradient of that, and down by as much from the start.
      expect(net.w.data[0]).toBeCloseTo(place, 14);
    }
    expect(optimizer.gradients.w[0]).toBe(0);
  });

  it("without zeroGradients, sam does not change gradients that a closure has not written", () => {
    const net = parameters({ w: [1], b: [1] }, { type: "float64" });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    using sharpness = sam(optimizer, { rho: 0.5 });
    optimizer.gradients.b.fill(2);
    sharpness.step(() => void optimizer.gradients.w.fill(1));
    expect([net.w.data[0], net.b.data[0]]).toEqual([-1, -2]);
  });

  it.each([false, true])(
    "gradients of sampled labels do not stay, accumulated %s",
    (accumulated) => {
      const net = parameters({ w: [2] }, { type: "float64" });
      const options = { zeroGradients: true };
      using optimizer = accumulated
        ? accumulate(net, sophia(), { ...options, steps: 2 })
        : optimize(net, sophia(), options);
      const observer = curvature(optimizer);
      optimizer.gradients.w.fill(3);
      observer.observeSampled(2);
      expect([...optimizer.gradients.w]).toEqual([0, 0]);
      optimizer.gradients.w.fill(3);
      observer.observeSampled(2, { w: [1, 1] });
      expect([...optimizer.gradients.w]).toEqual([3, 3]);
    },
  );
});
