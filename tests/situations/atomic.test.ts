/** Steps that are skipped or throw change nothing; gradients are read as they were before the step. */
import { describe, expect, test } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  ema,
  momo,
  type Optimizer,
  optimize,
  parameters,
  reduceOnPlateau,
  sgd,
  sparse,
} from "../../src/index.ts";
import { thrownBy, valued, valuesOf } from "../support/situations.ts";
import { snapshot } from "../support/small.ts";

/** All that a step may have changed. */
const all = (optimizer: Optimizer) => ({
  ...{ bits: snapshot(optimizer), state: optimizer.state() },
  ...{ steps: optimizer.steps, skipped: optimizer.skippedSteps },
});

/** Acts, which must throw, and finds everything as it was; the next step is as if nothing had been. */
function expectUnchanged(optimizer: Optimizer, act: () => unknown, words: string): void {
  const before = all(optimizer);
  expect(thrownBy(act)).toContain(words);
  expect(all(optimizer)).toEqual(before);
}

describe("my step throws, and everything is as before it:", () => {
  const rule = (lr: number | ((step: number) => number) = 0.1) =>
    chain(clipByGlobalNorm(1), adam({ lr }), ema(0.9));
  const start = () => valued({ a: [1, 2], b: [3], c: [4] });
  const good = { a: [1, 1], b: [1], c: [1] };

  test.each<[string, object, string]>([
    ["the last of three gradients is NaN", { ...good, c: [Number.NaN] }, "`c`"],
    ["the last is too short", { ...good, c: [] }, "`c`"],
    ["the last is missing", { a: [1, 1], b: [1] }, "`c`"],
    ["the last is no array", { ...good, c: 7 }, "`c`"],
    ["there is one too many", { ...good, d: [1] }, "`d`"],
    [
      "rows are given for a vector's place that it has not",
      { ...good, c: sparse([1], [1]) },
      "`c`",
    ],
  ])("%s", (_, gradients, words) => {
    using optimizer = optimize(start(), rule());
    optimizer.step(good);
    expectUnchanged(optimizer, () => optimizer.step(gradients as never), words);
    using other = optimize(start(), rule());
    for (const each of [optimizer, other, other]) each.step(good);
    expect(snapshot(optimizer)).toEqual(snapshot(other));
  });

  test("the schedule of the last group gives NaN, and that of the first has a state", () => {
    const plateau = reduceOnPlateau({ initial: 1 });
    plateau.observe(3);
    let given = 0.1;
    using optimizer = optimize(start(), rule(), {
      groups: [
        { match: "a", lr: plateau },
        { match: "c", lr: () => given },
      ],
    });
    optimizer.step(good);
    given = Number.NaN;
    expectUnchanged(optimizer, () => optimizer.step(good), "adam.lr gave NaN at step 2");
  });

  test("the loss is missing, or none", () => {
    using optimizer = optimize(start(), momo());
    optimizer.step(good, { loss: 1 });
    expectUnchanged(optimizer, () => optimizer.step(good), "loss");
    expectUnchanged(optimizer, () => optimizer.step(good, { loss: "1" as never }), "loss");
  });

  test("an array of mine is in memory that has grown", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const far = new Float32Array(memory.buffer, 0, 1);
    const near = Float32Array.of(1);
    using optimizer = optimize({ near, far }, sgd({ lr: 1, momentum: 0.9 }));
    optimizer.step({ near: [1], far: [1] });
    const momentum = optimizer.stateViews().parameters["near"]!["sgd.b"]!;
    memory.grow(1);
    expect(thrownBy(() => optimizer.step({ near: [1], far: [1] }))).toContain("`far`");
    expect([near[0], momentum[0], optimizer.steps]).toEqual([0, 1, 1]);
  });

  test("a gradient's buffer was transferred to a worker", () => {
    using optimizer = optimize(start(), rule());
    const c = Float64Array.of(1);
    structuredClone(c, { transfer: [c.buffer] });
    expectUnchanged(optimizer, () => optimizer.step({ ...good, c }), "`c`");
  });

  test("and gradients of its own stay, though they are to be zero behind a step", () => {
    using optimizer = optimize(start(), sgd(), { zeroGradients: true });
    optimizer.gradients.a.set([1, 2]);
    optimizer.gradients.c[0] = Number.NaN;
    expect(thrownBy(() => optimizer.step())).toContain("`c` has NaN at element 0");
    expect([...optimizer.gradients.a]).toEqual([1, 2]);
  });
});

describe('my step is skipped (`nonFinite: "skip"`), and', () => {
  test("momenta of losses, schedules and averages see nothing of it", () => {
    const asked: number[] = [];
    const lr = (step: number) => {
      asked.push(step);
      return 1;
    };
    const make = () =>
      optimize(valued({ w: [1], v: [2] }), chain(momo({ lr }), ema(0.5)), { nonFinite: "skip" });
    using optimizer = make();
    using other = make();
    const good = { w: [1], v: [1] };
    optimizer.step(good, { loss: 3 });
    optimizer.step({ w: [1], v: [Number.POSITIVE_INFINITY] }, { loss: 100 });
    optimizer.step(good, { loss: Number.NaN });
    optimizer.step(good, { loss: 2 });
    for (const loss of [3, 2]) other.step(good, { loss });
    expect(snapshot(optimizer)).toEqual(snapshot(other));
    expect([optimizer.steps, optimizer.skippedSteps]).toEqual([2, 2]);
    expect(Math.max(...asked)).toBe(2);
  });

  test("gradients of its own are zero behind it, where they are to be", () => {
    using optimizer = optimize(valued({ w: [1, 1], v: [1] }), sgd(), {
      nonFinite: "skip",
      zeroGradients: true,
    });
    optimizer.gradients.w.set([3, Number.NaN]);
    optimizer.gradients.v[0] = 5;
    expect(optimizer.step().skipped).toBe(true);
    expect([...optimizer.gradients.w, ...optimizer.gradients.v]).toEqual([0, 0, 0]);
    expect(optimizer.step().skipped).toBe(false);
    expect(valuesOf(optimizer.parameters)).toEqual({ w: [1, 1], v: [1] });
  });

  test("the average to evaluate is that of before, also when it is the first step", () => {
    const net = valued({ w: [4] });
    using optimizer = optimize(net, chain(sgd({ lr: 1 }), ema(0.5)), { nonFinite: "skip" });
    optimizer.step({ w: [Number.NaN] });
    net.w.data[0] = 6;
    optimizer.step({ w: [2] });
    // Halfway from the 6 that was loaded to 4.
    expect([...optimizer.evaluationWeights().w]).toEqual([5]);
  });
});

describe("gradients are read as they were before the step:", () => {
  test("in the game x y each is the other's, by plain arrays, float32 and own memory", () => {
    const nets = [
      { x: Float64Array.of(1), y: Float64Array.of(2) },
      { x: Float32Array.of(1), y: Float32Array.of(2) },
    ];
    for (const { x, y } of nets) {
      optimize({ x, y }, sgd({ lr: 0.5 })).step({ x: y, y: x });
      expect([...x, ...y]).toEqual([0, 1.5]);
    }
    const net = valued({ x: [1], y: [2] });
    optimize(net, sgd({ lr: 0.5 })).step({ x: net.y.data, y: net.x.data });
    expect(valuesOf(net)).toEqual({ x: [0], y: [1.5] });
  });

  test("of three in a circle, with a clip before", () => {
    const net = valued({ x: [2], y: [3], z: [6] });
    const { x, y, z } = net;
    const rule = chain(clipByGlobalNorm({ maxNorm: 3.5, eps: 0 }), sgd({ lr: 1 }));
    using optimizer = optimize(net, rule);
    const { gradientNorm } = optimizer.step({ x: y.data, y: z.data, z: x.data });
    expect(gradientNorm).toBe(7);
    expect(valuesOf(net)).toEqual({ x: [0.5], y: [0], z: [5] });
  });

  test("a parameter is its own gradient: of w² / 2", () => {
    const net = valued({ w: [2, -4] });
    using optimizer = optimize(net, sgd({ lr: 0.25 }));
    for (let i = 0; i < 2; i++) optimizer.step({ w: net.w.data });
    expect(valuesOf(net)).toEqual({ w: [1.125, -2.25] });
  });

  test("both are views of one buffer, the gradient one element further on", () => {
    const shared = Float64Array.of(1, 2, 3, 4);
    const w = shared.subarray(0, 3);
    optimize({ w }, sgd({ lr: 1 })).step({ w: shared.subarray(1) });
    expect([...shared]).toEqual([-1, -1, -1, 4]);
    const backwards = Float64Array.of(1, 2, 3, 4);
    optimize({ w: backwards.subarray(1) }, sgd({ lr: 1 })).step({ w: backwards.subarray(0, 3) });
    expect([...backwards]).toEqual([1, 1, 1, 1]);
  });

  test("own gradients are given crosswise, where steps set to zero: they are given, and stay", () => {
    const net = valued({ a: [0, 0], b: [0, 0] });
    using optimizer = optimize(net, sgd({ lr: 1 }), { zeroGradients: true });
    const { a, b } = optimizer.gradients;
    a.set([1, 2]);
    b.set([3, 4]);
    optimizer.step({ a: b, b: a });
    expect(valuesOf(net)).toEqual({ a: [-3, -4], b: [-1, -2] });
    expect([...a, ...b]).toEqual([1, 2, 3, 4]);
    optimizer.step();
    expect(valuesOf(net)).toEqual({ a: [-4, -6], b: [-4, -6] });
    expect([...a, ...b]).toEqual([0, 0, 0, 0]);
  });

  test("one array is the gradient of two parameters", () => {
    const net = valued({ a: [0, 0], b: [0, 0] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    const g = optimizer.gradients.a;
    g.set([1, 2]);
    optimizer.step({ a: g, b: g });
    expect(valuesOf(net)).toEqual({ a: [-1, -2], b: [-1, -2] });
  });

  test("a row of an embedding has another row's weights as its gradient", () => {
    const net = parameters({ e: [3, 2] }, { type: "float64" });
    net.e.data.set([1, 2, 3, 4, 5, 6]);
    using optimizer = optimize(net, sgd({ lr: 1 }));
    optimizer.step({ e: sparse([0, 1], net.e.data.subarray(2, 6)) });
    expect([...net.e.data]).toEqual([-2, -2, -2, -2, 5, 6]);
  });
});
