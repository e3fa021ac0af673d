/** States in 16 bits beside whatever else an optimizer does. */
import { describe, expect, it } from "vitest";
import {
  accumulate,
  adam,
  adamw,
  bfloat16,
  came,
  chain,
  curvature,
  ema,
  galore,
  javascript,
  lamb,
  lookahead,
  momentum,
  momo,
  optimize,
  parameters,
  privatize,
  type Rule,
  sam,
  scheduleFreeSgd,
  skipAbsent,
  sophia,
  sparse,
  swa,
  trustRatio,
  webassembly,
} from "../../src/index.ts";
import { decoded } from "../support/storages.ts";
import {
  gradientsOf,
  mapped,
  netOf,
  number,
  seenOf,
  shapes,
  storage,
  train,
} from "../support/stored.ts";

describe("states in 16 bits are the same bits", () => {
  const long = { w: [400, 251], b: [5] } as const;

  it.each([
    ["adam", () => adam()],
    ["what reduces", () => chain(adam(), trustRatio()) as Rule],
    ["what works by rows", () => came() as Rule],
  ])("on two threads: %s", (_, make) => {
    const net = () => netOf(long);
    expect(train(make() as Rule, { threads: 2 }, net(), 2)).toEqual(
      train(make() as Rule, {}, net(), 2),
    );
  });

  it.each([
    ["lamb", () => lamb() as Rule],
    ["momo", () => momo() as Rule],
    ["adam with trustRatio", () => chain(adam(), trustRatio()) as Rule],
  ])("whether or not gradients are checked: %s", (_, make) => {
    expect(train(make(), { nonFinite: "allow" })).toEqual(train(make()));
  });

  it("of arrays that lie elsewhere, block by block", () => {
    const own = netOf(long);
    const foreign = mapped(own, ({ data, shape }) => ({ data: data.slice(), shape }));
    expect(train(adam(), {}, foreign, 2)).toEqual(train(adam(), {}, own, 2));
  });

  it("of gradients that are written in place, and set to zero behind the step", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { storage, zeroGradients: true });
    for (let t = 1; t <= 4; t++) {
      const given = gradientsOf(net, t) as Record<string, Float32Array>;
      for (const name of ["w", "b"] as const) optimizer.gradients[name].set(given[name]!);
      optimizer.step();
      expect(optimizer.gradients.w.every((each) => each === 0)).toBe(true);
    }
    expect(seenOf(optimizer as never)).toEqual(train(adam()));
  });

  it("in groups", () => {
    const grouped = train(adam({ lr: 0.1 }), { groups: [{ match: "b", lr: 0.2 }] as never });
    const b = train(adam({ lr: 0.2 }), {}, netOf({ b: [5] }));
    expect(grouped.values["b"]).toEqual(b.values["b"]);
    expect(grouped.state["b"]).toEqual(b.state["b"]);
  });

  it.each([webassembly, javascript])("of some rows, by $name: others keep theirs", (backend) => {
    const [rows, width] = [[4, 1], 7];
    const pick = (array: ArrayLike<number>) =>
      rows.flatMap((row) => Array.from({ length: width }, (_, i) => array[row * width + i]!));
    const net = netOf({ w: shapes.w });
    const few = parameters({ w: [2, width] });
    few.w.data.set(pick(net.w.data));
    using some = optimize(net, momentum(), { storage, backend });
    using all = optimize(few, momentum(), { storage, backend });
    const kept = some.stateViews().parameters["w"]!["momentum.v"]! as Uint16Array;
    kept.fill(bfloat16.encoding!.encode(3));
    (all.stateViews().parameters["w"]!["momentum.v"]! as Uint16Array).set(kept.subarray(0, 14));
    for (let t = 1; t <= 3; t++) {
      const w = Float32Array.from({ length: 14 }, (_, i) => number(i, t));
      some.step({ w: sparse(rows, w) });
      all.step({ w });
    }
    expect(pick(net.w.data)).toEqual([...few.w.data]);
    expect(pick(kept)).toEqual([...all.state().parameters["w"]!["momentum.v"]!]);
    expect(new Set(kept.subarray(0, 7))).toEqual(new Set([bfloat16.encoding!.encode(3)]));
  });

  it("where a step is given no gradient of some: these keep theirs", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { storage, absent: skipAbsent });
    optimizer.step(gradientsOf(net, 1));
    const before = optimizer.state().parameters["b"];
    optimizer.step({ ...(gradientsOf(net, 2) as object), b: null } as never);
    expect(optimizer.state().parameters["b"]).toEqual(before);
  });
});

describe("the weights to evaluate", () => {
  it.each([
    ["ema.average", () => chain(adam({ lr: 0.1 }), ema(0.9)) as Rule],
    ["swa.average", () => chain(adam({ lr: 0.1 }), swa()) as Rule],
  ])("are what is kept in %s", (slot, make) => {
    const net = netOf(shapes);
    using optimizer = optimize(net, make(), { storage: { state: { average: bfloat16 } } });
    for (let t = 1; t <= 3; t++) optimizer.step(gradientsOf(net, t));
    const expected = decoded(bfloat16, optimizer.state().parameters["w"]![slot]!);
    const before = net.w.data.slice();
    expect(optimizer.evaluationWeights().w).toEqual(expected);
    optimizer.evaluate(() => expect(net.w.data).toEqual(expected));
    expect(net.w.data).toEqual(before);
  });

  it("are made of what is kept, by either backend the same", () => {
    const evaluated = [webassembly, javascript].map((backend) => {
      const net = netOf(shapes);
      const kept = { state: { z: bfloat16 } };
      using optimizer = optimize(net, scheduleFreeSgd({ lr: 0.1 }), { storage: kept, backend });
      for (let t = 1; t <= 3; t++) optimizer.step(gradientsOf(net, t));
      return optimizer.evaluationWeights().w;
    });
    expect(evaluated[0]).toEqual(evaluated[1]);
    expect(evaluated[0]!.every(Number.isFinite)).toBe(true);
  });
});

describe("wrappers", () => {
  const gradient = { w: new Float32Array(42).fill(0.3), b: new Float32Array(5).fill(0.7) };

  it("accumulate, which keeps its sums in full", () => {
    const net = netOf(shapes);
    using optimizer = accumulate(net, adam(), { steps: 2, storage });
    for (let t = 1; t <= 4; t++) optimizer.step(gradient);
    const other = netOf(shapes);
    using plain = optimize(other, adam(), { storage });
    for (let t = 1; t <= 2; t++) plain.step(gradient);
    expect(net.w.data).toEqual(other.w.data);
    const { parameters: own, nested } = optimizer.state();
    expect(own).toEqual(plain.state().parameters);
    expect(Object.values(nested)[0]!.parameters["w"]!["accumulation.total"]).toBeInstanceOf(
      Float32Array,
    );
  });

  it("privatize, galore, sam and lookahead", () => {
    using secret = privatize(netOf(shapes), adam(), {
      ...{ examples: 1, clip: 1, noiseMultiplier: 0.5, seed: 3, storage },
    });
    secret.step(gradient);
    expect(secret.state().parameters["w"]!["adam.m"]).toBeInstanceOf(Uint16Array);
    using low = galore(netOf(shapes), adam(), { rank: 2, storage });
    low.step(gradient);
    expect(low.state().parameters["w"]!["adam.m"]).toEqual(expect.any(Uint16Array));
    expect(low.state().parameters["w"]!["galore.basis"]).toEqual(expect.any(Float32Array));
    const net = netOf(shapes);
    using optimizer = optimize(net, chain(adamw(), lookahead()) as Rule, { storage });
    using sharp = sam(optimizer, { rho: 0.05 });
    sharp.step(() => optimizer.gradients.w.set(net.w.data));
    expect(optimizer.state().groups[0]!.storages).toEqual({
      "adamw.m": "bfloat16",
      "adamw.v": "bfloat16",
    });
  });

  it("but curvature, whose mean is another optimizer's parameters", () => {
    using narrow = optimize(netOf(shapes), sophia(), { storage });
    expect(() => curvature(narrow)).toThrow(/`sophia.h` of `b` is kept as bits/);
    using fine = optimize(netOf(shapes), sophia(), { storage: { state: { m: bfloat16 } } });
    using bowl = curvature(fine);
    expect(bowl.observe(gradient)).toBe(true);
  });
});
