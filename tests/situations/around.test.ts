/** What stands around steps: wrappers, evaluation and reports. */
import { describe, expect, test } from "vitest";
import {
  accumulate,
  adam,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  ema,
  frozen,
  galore,
  javascript,
  lossScale,
  masked,
  mechanize,
  optimize,
  parameters,
  partition,
  polyakSgd,
  privatize,
  projectBox,
  projectL1Ball,
  projectNonNegative,
  sam,
  scheduleFreeSgd,
  sgd,
  swa,
  unscale,
  webassembly,
} from "../../src/index.ts";
import { valued, valuesOf } from "../support/situations.ts";

const clip = (maxNorm: number) => clipByGlobalNorm({ maxNorm, eps: 0 });
const split = () =>
  partition([{ match: "a", rule: chain(clip(1), sgd({ lr: 1 })) }], chain(clip(2), sgd({ lr: 1 })));

describe("wrappers around a rule with two clips in two branches", () => {
  test("accumulate clips the means, each branch by its norm", () => {
    const net = valued({ a: [0], b: [0] });
    const optimizer = accumulate(net, split(), { steps: 2 });
    optimizer.step({ a: [10], b: [-10] });
    optimizer.step({ a: [20], b: [-20] });
    expect(valuesOf(net)).toEqual({ a: [-1], b: [2] });
  });

  test("accumulate's `each` clips micro-steps by the norm of all", () => {
    const net = valued({ a: [0], b: [0] });
    const optimizer = accumulate(net, sgd({ lr: 1 }), { steps: 2, each: clip(5) });
    optimizer.step({ a: [30], b: [40] });
    optimizer.step({ a: [0], b: [0] });
    expect(valuesOf(net)).toEqual({ a: [-1.5], b: [-2] });
  });

  test("privatize without noise clips examples over all branches", () => {
    const net = valued({ a: [0], b: [0] });
    const rule = partition([{ match: "a", rule: sgd({ lr: 1 }) }], sgd({ lr: 10 }));
    const options = { examples: 2, clip: 5, noiseMultiplier: 0, seed: 1 };
    const optimizer = privatize(net, rule, options);
    optimizer.step({ a: [30], b: [40] });
    optimizer.step({ a: [0], b: [0] });
    expect(net.a.data[0]).toBeCloseTo(-1.5, 6);
    expect(net.b.data[0]).toBeCloseTo(-20, 5);
  });

  test("sam climbs by the norm of all, and steps by two", () => {
    const net = valued({ a: [3], b: [4] });
    const optimizer = optimize(net, split());
    const seen: number[][] = [];
    sam(optimizer, { rho: 1 }).step(() => {
      seen.push([net.a.data[0]!, net.b.data[0]!]);
      optimizer.gradients.a.set(net.a.data);
      optimizer.gradients.b.set(net.b.data);
    });
    expect(seen).toEqual([
      [3, 4],
      [expect.closeTo(3.6, 9), expect.closeTo(4.8, 9)],
    ]);
    expect(valuesOf(net)).toEqual({ a: [2], b: [2] });
  });

  test("galore steps a matrix of one singular value as the whole rule would", () => {
    const net = parameters({ w: [2, 2], b: [1] }, { type: "float64" });
    const rule = partition([{ match: "w", rule: chain(clip(1), sgd({ lr: 1 })) }], sgd({ lr: 1 }));
    const optimizer = galore(net, rule, { rank: 1 });
    optimizer.step({ w: [3, 4, 0, 0], b: [7] });
    expect([...net.w.data]).toEqual([-0.6, -0.8, 0, 0].map((v) => expect.closeTo(v, 12)));
    expect(net.b.data[0]).toBe(-7);
  });

  test("a loss scale before both clips is taken off before they see norms", () => {
    const scale = lossScale({ initial: 1024 });
    const net = valued({ a: [0], b: [0] });
    const optimizer = optimize(net, chain(unscale(scale), split()), { nonFinite: "skip" });
    scale.observe(optimizer.step({ a: [512], b: [4096] }));
    expect(valuesOf(net)).toEqual({ a: [-0.5], b: [-2] });
    scale.observe(optimizer.step({ a: [Number.POSITIVE_INFINITY], b: [1] }));
    expect(scale()).toBe(512);
    expect(valuesOf(net)).toEqual({ a: [-0.5], b: [-2] });
  });

  test("accumulate gives Polyak's rule the mean of the losses", () => {
    const net = valued({ w: [0] });
    const optimizer = accumulate(net, polyakSgd(), { steps: 2 });
    optimizer.step({ w: [2] }, { loss: 1 });
    optimizer.step({ w: [2] }, { loss: 3 });
    // 2 / 4 times 2.
    expect(valuesOf(net)).toEqual({ w: [-1] });
  });
});

describe("weights to evaluate", () => {
  test("are projected as the parameters are, where a projection stands behind the average", () => {
    const net = valued({ w: [3] });
    using optimizer = optimize(
      net,
      chain(sgd({ lr: 1 }), ema(0.5), projectBox({ lower: 0, upper: 1 })),
    );
    optimizer.step({ w: [1] });
    // The average of 3 and 2.
    expect([...optimizer.evaluationWeights().w, ...net.w.data]).toEqual([1, 1]);
    expect([...optimizer.state().parameters["w"]!["ema.average"]!]).toEqual([2.5]);
  });

  test("are projected each for itself by what needs a whole array, such as a simplex", () => {
    for (const backend of [webassembly, javascript]) {
      const net = valued({ a: [30, 40], b: [3, 4], c: [0.1] });
      const rule = chain(sgd({ lr: 1 }), ema(0.5), projectL1Ball(1));
      using optimizer = optimize(net, rule, { backend });
      optimizer.step({ a: [0, 0], b: [0, 0], c: [0] });
      const expected = { a: [0, 1], b: [0, 1], c: [0.1] };
      expect(optimizer.evaluate(() => valuesOf(net))).toEqual(expected);
      expect(valuesOf(net)).toEqual(expected);
    }
  });

  test("are an average's as it is, where Mechanic behind it goes on from the parameters", () => {
    const [alone, tuned] = [valued({ w: [3] }), valued({ w: [3] })];
    using plain = optimize(alone, chain(sgd({ lr: 1 }), ema(0.5)));
    using optimizer = optimize(tuned, chain(sgd({ lr: 1 }), ema(0.5), mechanize()));
    for (const each of [plain, optimizer]) each.step({ w: [1] });
    expect(optimizer.evaluationWeights()).toEqual(plain.evaluationWeights());
  });

  test("are not, where it stands before: the average is of projected weights", () => {
    const net = valued({ w: [3] });
    using optimizer = optimize(
      net,
      chain(sgd({ lr: 1 }), projectBox({ lower: 0, upper: 1 }), ema(0.5)),
    );
    optimizer.step({ w: [1] });
    expect([...optimizer.evaluationWeights().w]).toEqual([2]);
  });

  test("are the last of two averages'", () => {
    const net = valued({ w: [4] });
    using optimizer = optimize(net, chain(sgd({ lr: 1 }), ema(0.5), swa()));
    for (let i = 0; i < 2; i++) optimizer.step({ w: [2] });
    // The mean of 2 and 0; the other is (3 + 0) / 2.
    expect([...optimizer.evaluationWeights().w]).toEqual([1]);
    using turned = optimize(valued({ w: [4] }), chain(sgd({ lr: 1 }), swa(), ema(0.5)));
    for (let i = 0; i < 2; i++) turned.step({ w: [2] });
    expect([...turned.evaluationWeights().w]).toEqual([1.5]);
  });

  test("are an average's in the second branch, and the parameters in the first, which has none", () => {
    const net = valued({ a: [4], b: [4] });
    const rule = partition([{ match: "a", rule: sgd({ lr: 1 }) }], chain(sgd({ lr: 1 }), ema(0.5)));
    using optimizer = optimize(net, rule);
    optimizer.step({ a: [2], b: [2] });
    expect(valuesOf(net)).toEqual({ a: [2], b: [2] });
    expect(optimizer.evaluate(() => valuesOf(net))).toEqual({ a: [2], b: [3] });
    expect(valuesOf(net)).toEqual({ a: [2], b: [2] });
  });

  test("are a masked average's for these parameters alone, and none's for the frozen", () => {
    const net = valued({ a: [4], b: [4], c: [4] });
    const inner = partition([{ match: "c", rule: frozen }], sgd({ lr: 1 }));
    using optimizer = optimize(net, chain(inner, masked("b", ema(0.5))));
    optimizer.step({ a: [2], b: [2], c: undefined });
    expect(optimizer.evaluate(() => valuesOf(net))).toEqual({ a: [2], b: [3], c: [4] });
  });

  test("of Schedule-Free in one branch and an average in another are each their own", () => {
    const net = valued({ a: [4], b: [4] });
    const rule = partition(
      [{ match: "a", rule: scheduleFreeSgd({ lr: 1, momentum: 0.5 }) }],
      chain(sgd({ lr: 1 }), ema(0.5)),
    );
    using optimizer = optimize(net, rule);
    optimizer.step({ a: [2], b: [2] });
    // z and x are 2 behind the first step.
    expect(optimizer.evaluate(() => valuesOf(net))).toEqual({ a: [2], b: [3] });
  });

  test("before the first step are the parameters, also those that were loaded since", () => {
    const net = valued({ w: [1] });
    using optimizer = optimize(net, chain(sgd(), ema(0.5), projectNonNegative()));
    net.w.data[0] = 5;
    expect([...optimizer.evaluationWeights().w]).toEqual([5]);
  });
});

describe("the report has", () => {
  test("the norm of all gradients that a clip saw, of two branches together", () => {
    using optimizer = optimize(valued({ a: [0], b: [0] }), split());
    expect(optimizer.step({ a: [3], b: [4] }).gradientNorm).toBe(5);
  });

  test.each([
    [1, 7],
    [Infinity, 4],
    [3, (27 + 64) ** (1 / 3)],
    [0.5, (Math.sqrt(3) + 2) ** 2],
  ])("that of the order of both, %d, and none where they differ", (order, norm) => {
    const splitBy = (other: number) =>
      partition(
        [{ match: "a", rule: chain(clipByGlobalNorm({ order, maxNorm: 9 }), sgd()) }],
        chain(clipByGlobalNorm({ order: other, maxNorm: 9 }), sgd()),
      );
    using optimizer = optimize(valued({ a: [0], b: [0] }), splitBy(order));
    expect(optimizer.step({ a: [3], b: [4] }).gradientNorm).toBeCloseTo(norm, 5);
    using other = optimize(valued({ a: [0], b: [0] }), splitBy(2));
    expect(other.step({ a: [3], b: [4] }).gradientNorm).toBeUndefined();
  });

  test("only that of the masked, where the others' rule takes no norm; none of a vector's clip", () => {
    using optimizer = optimize(valued({ a: [0], b: [0] }), chain(masked("a", clip(1)), sgd()));
    expect(optimizer.step({ a: [3], b: [4] }).gradientNorm).toBe(3);
    using other = optimize(valued({ a: [0], b: [0] }), chain(clipByNorm(1), sgd()));
    expect(other.step({ a: [3], b: [4] }).gradientNorm).toBeUndefined();
  });

  test("the rate of who is in no group, and all of them by parameter", () => {
    const groups = [
      { match: "a", lr: 2 },
      { match: "c", lr: (step: number) => 10 * step },
    ];
    using optimizer = optimize(valued({ a: [0], b: [0], c: [0] }), sgd({ lr: 1 }), { groups });
    optimizer.step({ a: [0], b: [0], c: [0] });
    const report = optimizer.step({ a: [0], b: [0], c: [0] });
    expect(report.lr).toBe(1);
    expect({ ...report.lrs }).toEqual({ a: 2, b: 1, c: 20 });
  });

  test("that of the last group, where all are in groups", () => {
    const groups = [
      { match: "b", lr: 2 },
      { match: "a", lr: 3 },
    ];
    using optimizer = optimize(valued({ a: [0], b: [0] }), sgd({ lr: 1 }), { groups });
    expect(optimizer.step({ a: [0], b: [0] }).lr).toBe(3);
  });

  test("rates of branches by parameter, and of frozen ones none", () => {
    const rule = partition(
      [
        { match: "a", rule: frozen },
        { match: "b", rule: adam({ lr: 0.5 }) },
      ],
      sgd({ lr: 1 }),
    );
    using optimizer = optimize(valued({ a: [0], b: [0], c: [0] }), rule);
    expect({ ...optimizer.step({ a: undefined, b: [1], c: [1] } as never).lrs }).toEqual({
      b: 0.5,
      c: 1,
    });
  });
});
