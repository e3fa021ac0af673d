/** What belongs to whom: parts, reductions, schedules and overrides of rules with branches. */
import { describe, expect, test } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  clipUpdateByGlobalNorm,
  dAdaptAdamw,
  dAdaptSgd,
  dog,
  dowg,
  ema,
  frozen,
  HyperparameterError,
  masked,
  momo,
  momoAdam,
  optimize,
  partition,
  polyakSgd,
  prodigy,
  type Rule,
  reduceOnPlateau,
  sgd,
} from "../../src/index.ts";
import { movedBy, valued, valuesOf } from "../support/situations.ts";

const clip = (maxNorm: number) => clipByGlobalNorm({ maxNorm, eps: 0 });
const one = { a: [0], b: [0] } as const;

describe("I use SGD in two branches, and", () => {
  const momenta = () =>
    partition(
      [{ match: "a", rule: sgd({ lr: 1, momentum: 0.5 }) }],
      sgd({ lr: 10, momentum: 0.5 }),
    );

  test("the second one's buffer is called sgd#2.b, though its parameter takes no other", () => {
    using optimizer = optimize(valued(one), momenta());
    optimizer.step({ a: [1], b: [2] });
    const { parameters } = optimizer.state();
    expect(Object.keys(parameters["a"]!)).toEqual(["sgd.b"]);
    expect(Object.keys(parameters["b"]!)).toEqual(["sgd#2.b"]);
  });

  test('a group sets "sgd#2.lr" and the other branch keeps its rate', () => {
    const net = valued(one);
    using optimizer = optimize(net, momenta(), { groups: [{ match: "b", "sgd#2.lr": 100 }] });
    optimizer.step({ a: [1], b: [1] });
    expect(valuesOf(net)).toEqual({ a: [-1], b: [-100] });
  });

  test('a group that sets "sgd#2.lr" for parameters of the first branch is told so', () => {
    const groups = [{ match: "a", "sgd#2.lr": 100 }];
    expect(() => optimize(valued(one), momenta(), { groups })).toThrow(HyperparameterError);
    expect(() => optimize(valued(one), momenta(), { groups })).toThrow(/sgd#2\.lr/);
  });

  test("a mere `lr` means whichever of them a parameter takes", () => {
    const net = valued(one);
    using optimizer = optimize(net, momenta(), { groups: [{ match: /[ab]/, lr: 3 }] });
    optimizer.step({ a: [1], b: [1] });
    expect(valuesOf(net)).toEqual({ a: [-3], b: [-3] });
  });

  test("a group for frozen parameters only is told that nobody takes its rate", () => {
    const rule = partition([{ match: "a", rule: frozen }], sgd());
    const groups = [{ match: "a", lr: 1 }];
    expect(() => optimize(valued(one), rule, { groups })).toThrow(HyperparameterError);
  });
});

describe("I clip within branches, and", () => {
  const clipped = (maxNorm: number) => chain(clip(maxNorm), sgd({ lr: 1 }));

  test("each branch has a norm of its own, though the clips are the same in maths", () => {
    const rule = partition([{ match: "a", rule: clipped(1) }], clipped(10));
    expect(movedBy(rule, { a: [0, 0], b: [0, 0] }, [{ a: [3, 4], b: [30, 40] }])).toEqual({
      a: [expect.closeTo(-0.6, 14), expect.closeTo(-0.8, 14)],
      b: [expect.closeTo(-6, 14), expect.closeTo(-8, 14)],
    });
  });

  test("one of an inner partition counts what that branch has, and nothing of the outer one", () => {
    const inner = partition([{ match: "b", rule: clipped(1) }], sgd({ lr: 1 }));
    const rule = partition([{ match: "a", rule: sgd({ lr: 1 }) }], inner);
    const gradients = [{ a: [100], b: [3, 4], c: [100] }];
    const { b, c } = movedBy(rule, { a: [0], b: [0, 0], c: [0] }, gradients);
    expect(b).toEqual([expect.closeTo(-0.6, 14), expect.closeTo(-0.8, 14)]);
    expect(c).toEqual([-100]);
  });

  test("a masked clip counts the parameters behind its mask", () => {
    const rule = chain(masked(/[ab]/, clip(1)), sgd({ lr: 1 }));
    const { a, b, c } = movedBy(rule, { a: [0], b: [0], c: [0] }, [{ a: [3], b: [4], c: [100] }]);
    expect([...a!, ...b!, ...c!]).toEqual([
      ...[expect.closeTo(-0.6, 14), expect.closeTo(-0.8, 14)],
      -100,
    ]);
  });

  test("two masks over one parameter each are two norms, the clip before both is one", () => {
    const rule = chain(clip(50), masked("a", clip(1)), masked("b", clip(2)), sgd({ lr: 1 }));
    const { a, b } = movedBy(rule, one, [{ a: [30], b: [40] }]);
    expect([a![0], b![0]]).toEqual([expect.closeTo(-1, 14), expect.closeTo(-2, 14)]);
  });

  test("a clip of updates behind a partition is over all branches", () => {
    const split = partition([{ match: "a", rule: sgd({ lr: 1 }) }], sgd({ lr: 1 }));
    const { a, b } = movedBy(chain(split, clipUpdateByGlobalNorm(1)), one, [{ a: [3], b: [4] }]);
    expect([a![0], b![0]]).toEqual([expect.closeTo(-0.6, 6), expect.closeTo(-0.8, 6)]);
  });
});

describe("an optimizer with sums over all parameters is in two branches, and each is as if alone:", () => {
  const start = { a: [1, -2], b: [3, 0.5] };
  const gradients = [1, 2, 3, 4].map((t) => ({ a: [t, 0.5], b: [-0.25 * t, 7] }));
  const only = (name: "a" | "b") =>
    [{ [name]: start[name] }, gradients.map((each) => ({ [name]: each[name] }))] as const;
  const factories: readonly (readonly [string, () => Rule])[] = [
    ["momo", momo],
    ["momoAdam", momoAdam],
    ["polyakSgd", polyakSgd],
    ["dog", dog],
    ["dowg", dowg],
    ["prodigy", prodigy],
    ["dAdaptSgd", dAdaptSgd],
    ["dAdaptAdamw", dAdaptAdamw],
  ];
  test.each(factories)("%s", (_, make) => {
    const rule = partition([{ match: "a", rule: make() }], make());
    expect(movedBy(rule, start, gradients, 2)).toEqual({
      ...movedBy(make(), ...only("a"), 2),
      ...movedBy(make(), ...only("b"), 2),
    });
  });

  test("polyakSgd, by hand: the loss is 1, and 1 / g² times g is 1 / g", () => {
    const rule = partition([{ match: "a", rule: polyakSgd() }], polyakSgd());
    expect(movedBy(rule, one, [{ a: [2], b: [4] }], 1)).toEqual({ a: [-0.5], b: [-0.25] });
  });

  test("in one branch twice over, as two parameters, they share it: 1 / (4 + 16)", () => {
    const { a, b } = movedBy(polyakSgd(), one, [{ a: [2], b: [4] }], 1);
    expect([a![0], b![0]]).toEqual([expect.closeTo(-0.1, 15), expect.closeTo(-0.2, 15)]);
  });
});

describe("what a plateau has seen stays with it", () => {
  const plateau = () => reduceOnPlateau({ initial: 1, patience: 0, factor: 0.5 });
  /** A rate that has come down to a half. */
  function lowered(names: readonly string[], groups: (schedule: never) => object[]) {
    const schedule = plateau();
    const net = valued(Object.fromEntries(names.map((name) => [name, [0]])));
    const all = groups(schedule as never);
    const optimizer = optimize(net, sgd({ lr: all.length === 0 ? schedule : 7 }), {
      groups: all as never,
    });
    for (const metric of [1, 1]) schedule.observe(metric);
    expect(schedule(1)).toBe(0.5);
    return optimizer.state();
  }

  test("where the parameter is called otherwise now", () => {
    const saved = lowered(["old", "b"], (lr) => [{ match: "old", lr }]);
    const schedule = plateau();
    using optimizer = optimize(valued({ name: [0], b: [0] }), sgd({ lr: 7 }), {
      groups: [{ match: "name", lr: schedule }],
    });
    optimizer.restore(saved, { rename: { old: "name" } });
    expect(schedule(1)).toBe(0.5);
  });

  test("where another group with a plateau of its own was put before it", () => {
    const saved = lowered(["a", "b"], (lr) => [{ match: "b", lr }]);
    const [other, schedule] = [plateau(), plateau()];
    using optimizer = optimize(valued(one), sgd({ lr: 7 }), {
      groups: [
        { match: "a", lr: other },
        { match: "b", lr: schedule },
      ],
    });
    optimizer.restore(saved);
    expect([other(1), schedule(1)]).toEqual([1, 0.5]);
  });

  test("where two groups share it: it is saved once, and both go on by it", () => {
    const saved = lowered(["a", "b"], (lr) => [
      { match: "a", lr },
      { match: "b", lr },
    ]);
    expect(saved.schedules).toHaveLength(1);
    const schedule = plateau();
    const net = valued(one);
    using optimizer = optimize(net, sgd({ lr: schedule }));
    optimizer.restore(saved);
    optimizer.step({ a: [1], b: [1] });
    expect(valuesOf(net)).toEqual({ a: [-0.5], b: [-0.5] });
  });
});

test("an average that only one branch keeps is not asked of the others at a restore", () => {
  const rule = () => chain(partition([{ match: "a", rule: sgd() }], adam()), masked("b", ema(0.5)));
  using first = optimize(valued(one), rule());
  first.step({ a: [1], b: [1] });
  using second = optimize(valued(one), rule());
  expect(second.restore(first.state()).restored).toEqual(["a", "b"]);
  expect(second.state()).toEqual(first.state());
});
