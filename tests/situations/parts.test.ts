/** Parts that would do nothing, limits of 0 and Infinity, and sets that are empty. */
import { describe, expect, test } from "vitest";
import {
  adam,
  adaptiveGradientClip,
  addNoise,
  BindingError,
  cautious,
  centralize,
  chain,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipUpdateByBlockRms,
  clipUpdateByGlobalNorm,
  clipUpdateByNorm,
  clipUpdateByValue,
  ema,
  frozen,
  l2,
  lookahead,
  masked,
  maximize,
  optimize,
  parameters,
  partition,
  projectBox,
  projectL1Ball,
  projectL2Ball,
  projectLinfBall,
  projectNonNegative,
  type Rule,
  scheduleFreeSgd,
  sgd,
  swa,
  zeroNans,
} from "../../src/index.ts";
import { movedBy, thrownBy, valued, valuesOf } from "../support/situations.ts";

const bound = (rule: Rule) => thrownBy(() => optimize(valued({ a: [0], b: [0] }), rule));

describe("I wrote a part where it does nothing, and am told what to write:", () => {
  test.each<[string, Rule, string]>([
    ["a clip behind the optimizer", chain(adam(), clipByGlobalNorm(1)), "clipUpdateByGlobalNorm"],
    ["another", chain(sgd(), clipByValue(1)), "chain(clipByValue(), sgd())"],
    ["L2 behind the optimizer", chain(adam(), l2(0.1)), "chain(l2(), adam())"],
    ["maximize behind it", chain(adam(), maximize()), "chain(maximize(), adam())"],
    ["noise behind it", chain(adam(), addNoise()), "chain(addNoise(), adam())"],
    ["zeroNans behind it", chain(adam(), zeroNans()), "chain(zeroNans(), adam())"],
    ["centralize behind it", chain(adam(), centralize()), "chain(centralize(), adam())"],
    ["two optimizers", chain(sgd(), adam()), "partition()"],
    ["an average before it", chain(ema(0.9), adam()), "chain(adam(), ema())"],
    [
      "a projection before it",
      chain(projectNonNegative(), sgd()),
      "chain(sgd(), projectNonNegative())",
    ],
    ["lookahead before it", chain(lookahead(), sgd()), "chain(sgd(), lookahead())"],
    [
      "a clip behind the optimizer of a branch",
      partition([{ match: "a", rule: chain(sgd(), clipByNorm(1)) }], adam()),
      "clipUpdateByNorm",
    ],
    [
      "a clip behind a partition",
      chain(partition([{ match: "a", rule: sgd() }], adam()), clipByNorm(1)),
      "clipUpdateByNorm",
    ],
    ["a clip behind a mask", chain(sgd(), masked("b", clipByBlockRms(1))), "clipUpdateByBlockRms"],
    [
      "a masked average before the optimizer",
      chain(masked("b", swa()), sgd()),
      "chain(sgd(), swa())",
    ],
  ])("%s", (_, rule, words) => {
    const message = bound(rule);
    expect(message).toMatch(/^BindingError: /);
    expect(message).toContain(words);
  });

  test.each<[string, Rule]>([
    [
      "a clip of gradients before cautious, which reads them",
      chain(adam(), clipByNorm(1), cautious()),
    ],
    [
      "a clip in each branch",
      partition([{ match: "a", rule: chain(clipByNorm(1), sgd()) }], chain(clipByNorm(2), adam())),
    ],
    [
      "averages and projections behind a partition",
      chain(partition([{ match: "a", rule: sgd() }], adam()), projectBox(), ema()),
    ],
    [
      "an optimizer that adds to the direction of another one's gradient",
      chain(l2(0.1), clipByNorm(1), sgd()),
    ],
  ])("but not of %s", (_, rule) => {
    expect(bound(rule)).toBe("nothing was thrown");
  });

  test("and a projection behind Schedule-Free, whose weights it would not reach, is refused", () => {
    const message = bound(chain(scheduleFreeSgd(), projectNonNegative()));
    expect(message).toMatch(
      /^BindingError: projectNonNegative cannot stand behind scheduleFreeSgd/,
    );
  });
});

describe("a limit of Infinity changes nothing, and one of 0 leaves nothing:", () => {
  const start = { a: [3, -4], b: [0, 0] };
  const gradients = [
    { a: [1, -2], b: [0, 0] },
    { a: [-5, 0], b: [0, 0] },
  ];
  const plain = movedBy(sgd({ lr: 0.5 }), start, gradients);

  test.each<[string, (limit: number) => Rule]>([
    ["clipByNorm", (limit) => chain(clipByNorm(limit), sgd({ lr: 0.5 }))],
    ["clipByGlobalNorm", (limit) => chain(clipByGlobalNorm(limit), sgd({ lr: 0.5 }))],
    ["clipByBlockRms", (limit) => chain(clipByBlockRms(limit), sgd({ lr: 0.5 }))],
    ["clipByValue", (limit) => chain(clipByValue(limit), sgd({ lr: 0.5 }))],
    ["adaptiveGradientClip", (limit) => chain(adaptiveGradientClip(limit), sgd({ lr: 0.5 }))],
    ["clipUpdateByNorm", (limit) => chain(sgd({ lr: 0.5 }), clipUpdateByNorm(limit))],
    ["clipUpdateByGlobalNorm", (limit) => chain(sgd({ lr: 0.5 }), clipUpdateByGlobalNorm(limit))],
    ["clipUpdateByBlockRms", (limit) => chain(sgd({ lr: 0.5 }), clipUpdateByBlockRms(limit))],
    ["clipUpdateByValue", (limit) => chain(sgd({ lr: 0.5 }), clipUpdateByValue(limit))],
  ])("%s, of gradients that are zero too", (_, rule) => {
    expect(movedBy(rule(Number.POSITIVE_INFINITY), start, gradients)).toEqual(plain);
    expect(movedBy(rule(0), start, gradients)).toEqual(start);
  });

  test.each<[string, (limit: number) => Rule]>([
    ["projectL2Ball", (limit) => chain(sgd({ lr: 0.5 }), projectL2Ball(limit))],
    ["projectL1Ball", (limit) => chain(sgd({ lr: 0.5 }), projectL1Ball(limit))],
    ["projectLinfBall", (limit) => chain(sgd({ lr: 0.5 }), projectLinfBall(limit))],
  ])("%s, of parameters that are zero too", (_, rule) => {
    const zeros = Object.values(movedBy(rule(0), start, gradients)).flat();
    expect(zeros.map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(movedBy(rule(Number.POSITIVE_INFINITY), start, gradients)).toEqual(plain);
  });
});

describe("there is nothing to train:", () => {
  test("all is frozen, and steps are counted and move nothing", () => {
    const net = valued({ a: [1], b: [2] });
    const rule = partition([{ match: /./, rule: frozen }]);
    using optimizer = optimize(net, rule);
    expect(optimizer.step({ a: [1], b: undefined })).toMatchObject({
      ...{ step: 1, lr: undefined, gradientNorm: undefined, skipped: false },
    });
    expect(optimizer.evaluate(() => net.a.data[0])).toBe(1);
    expect(valuesOf(net)).toEqual({ a: [1], b: [2] });
    using other = optimize(valued({ a: [1], b: [2] }), rule);
    other.restore(optimizer.state());
    expect(other.steps).toBe(1);
  });

  test("and freezing alone is no rule, nor is a network without parameters one", () => {
    expect(bound(frozen)).toMatch(/changes no parameter; chain it with an optimizer/);
    expect(() => optimize({}, adam())).toThrow(BindingError);
  });

  test("a parameter has no elements, and makes nobody's mean or norm NaN", () => {
    const rule = () =>
      chain(clipByGlobalNorm(1), clipByBlockRms(1), adam({ lr: 0.1 }), cautious(), ema(0.5));
    const net = parameters({ none: [0, 2], w: [2] }, { type: "float64" });
    using optimizer = optimize(net, rule());
    optimizer.step({ none: [], w: [3, 4] });
    expect([...net.w.data]).toEqual(movedBy(rule(), { w: [0, 0] }, [{ w: [3, 4] }])["w"]);
    expect(optimizer.evaluationWeights().none).toHaveLength(0);
  });

  test("a mask fits no parameter", () => {
    expect(bound(chain(masked(/^z/, clipByNorm(1)), sgd()))).toMatch(/^BindingError: .*\/\^z\//);
  });

  test("what I pass as parameters is a list, an array of numbers, or integers", () => {
    for (const wrong of [[1, 2], { w: [1, 2] }, { w: Int32Array.of(1) }, null, "w"]) {
      expect(thrownBy(() => optimize(wrong as never, adam()))).toMatch(/^BindingError: /);
    }
  });
});
