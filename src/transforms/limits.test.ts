/** Clips and projections at limits of 0 and infinity, where a quotient of limit and norm is no number. */
import { describe, expect, it, test } from "vitest";
import { sample } from "../../tests/support/properties.ts";
import type { ElementType } from "../compilers/backend.ts";
import { chain } from "../define.ts";
import { javascript, type Rule, transforms, webassembly } from "../index.ts";
import { sgd } from "../optimizers/sgd.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";

type Numbers = readonly number[];
type Maker = (limit: number) => Rule;

const made = (
  name: keyof typeof transforms,
  options: (limit: number) => object,
): [string, Maker] => [
  name,
  (limit) => (transforms[name] as (given: object) => Rule)(options(limit)),
];

/** What stands before the optimizer: it scales or cuts gradients. */
const clips = [
  made("clipByNorm", (maxNorm) => ({ maxNorm })),
  made("clipByGlobalNorm", (maxNorm) => ({ maxNorm })),
  ["clipByGlobalNorm, eps 0", (maxNorm) => transforms.clipByGlobalNorm({ maxNorm, eps: 0 })],
  made("clipByBlockRms", (maxRms) => ({ maxRms })),
  made("clipByValue", (maxValue) => ({ maxValue })),
  made("adaptiveGradientClip", (clipping) => ({ clipping })),
  [
    "adaptiveGradientClip, eps 0",
    (clipping) => transforms.adaptiveGradientClip({ clipping, eps: 0 }),
  ],
] as [string, Maker][];

/** What stands behind it. */
const updateClips = [
  made("clipUpdateByNorm", (maxNorm) => ({ maxNorm })),
  made("clipUpdateByGlobalNorm", (maxNorm) => ({ maxNorm })),
  made("clipUpdateByBlockRms", (maxRms) => ({ maxRms })),
  made("clipUpdateByValue", (maxValue) => ({ maxValue })),
];

const projections = [
  made("projectL1Ball", (radius) => ({ radius })),
  made("projectL2Ball", (radius) => ({ radius })),
  ["projectL2Ball, global", (radius) => transforms.projectL2Ball({ radius, global: true })],
  made("projectLinfBall", (radius) => ({ radius })),
] as [string, Maker][];

const settings = [
  ["float32", webassembly],
  ["float64", webassembly],
  ["float64", javascript],
] as const;

/** One step, at a rate of 1. */
function step(
  rule: Rule,
  start: Numbers,
  gradient: Numbers,
  setting = settings[1] as never,
): number[] {
  const [type, backend] = setting as readonly [ElementType, typeof javascript];
  const net = parameters({ w: [start.length] }, { type });
  net.w.data.set(start);
  using optimizer = optimize(net, rule, { backend, nonFinite: "allow" });
  optimizer.step({ w: gradient });
  return [...net.w.data];
}

const before = (clip: Rule): Rule => chain(clip, sgd({ lr: 1 })) as Rule;
const behind = (part: Rule): Rule => chain(sgd({ lr: 1 }), part) as Rule;
const zeros = [0, 0, 0];
/** As toEqual, which tells -0 from 0. */
const same = (a: Numbers, b: Numbers) => expect(a.map((x) => x + 0)).toEqual(b.map((x) => x + 0));

describe.each(settings)("in %s", (...setting) => {
  const at = setting as never;

  describe.each([
    ...clips.map(([name, make]) => [name, (limit: number) => before(make(limit))] as const),
    ...updateClips.map(([name, make]) => [name, (limit: number) => behind(make(limit))] as const),
  ])("%s", (_, rule) => {
    it("leaves everything at a limit of infinity", () => {
      same(step(rule(Infinity), zeros, [1, -2, 3], at), [-1, 2, -3]);
      same(step(rule(Infinity), [4, 5, 6], zeros, at), [4, 5, 6]);
      same(step(rule(Infinity), zeros, zeros, at), zeros);
    });

    it("leaves nothing at a limit of 0", () => {
      same(step(rule(0), zeros, [1, -2, 3], at), zeros);
      same(step(rule(0), [4, 5, 6], zeros, at), [4, 5, 6]);
      same(step(rule(0), zeros, zeros, at), zeros);
    });

    it("makes no NaN of numbers at the smallest and largest limits", () => {
      for (const limit of sample([1e-300, 1e-30, 2 ** -149, 1e30, 3e38, 1e300], 2)) {
        for (const gradient of [zeros, [1, -2, 3], [1e-15, 0, 0], [1e15, 1, 0]]) {
          expect(step(rule(limit), [1, 2, 0], gradient, at).every(Number.isFinite)).toBe(true);
        }
      }
    });

    it("lets NaN through", () => {
      for (const limit of [0, 1, Infinity]) {
        expect(step(rule(limit), [1, 1, 1], [Number.NaN, 0, 0], at)[0]).toBeNaN();
      }
    });
  });

  describe.each(projections)("%s", (_, make) => {
    it("leaves everything at a radius of infinity", () => {
      same(step(behind(make(Infinity)), [1, -2, 3], zeros, at), [1, -2, 3]);
      same(step(behind(make(Infinity)), zeros, zeros, at), zeros);
    });

    it("leaves zeros at a radius of 0", () => {
      same(step(behind(make(0)), [1, -2, 3], zeros, at), zeros);
      same(step(behind(make(0)), zeros, zeros, at), zeros);
    });

    it("leaves zeros alone, and ends within the radius", () => {
      for (const radius of [1e-20, 1, 1e30]) {
        same(step(behind(make(radius)), zeros, zeros, at), zeros);
        const inside = step(behind(make(radius)), [1e15, -1, 2], zeros, at);
        expect(Math.max(...inside.map(Math.abs))).toBeLessThanOrEqual(radius * (1 + 1e-6));
      }
    });
  });

  it("projectBox takes infinite bounds", () => {
    const open = transforms.projectBox({ lower: -Infinity, upper: Infinity });
    same(
      step(behind(open), [1e30, -1e30, 0], zeros, at),
      [1e30, -1e30, 0].map(setting[0] === "float32" ? Math.fround : Number),
    );
  });

  it("the simplex and the ball of magnitudes keep their sum beside large elements", () => {
    const simplex = behind(transforms.projectSimplex(1));
    same(step(simplex, [1e16, 0, -1e16], zeros, at), [1, 0, 0]);
    same(step(simplex, [-3e37, -3e37, -1e38], zeros, at), [0.5, 0.5, 0]);
    same(step(simplex, [1e17, 1e17, 3], zeros, at), [0.5, 0.5, 0]);
    same(step(behind(transforms.projectL1Ball(1)), [-1e17, 3, 0], zeros, at), [-1, 0, 0]);
    same(step(behind(transforms.projectSimplex(0)), [1, -2, 3], zeros, at), zeros);
  });
});

test("what a clip scales is what it scaled before: a gradient within the limit is untouched to the bit", () => {
  const gradient = [0.1, -0.2, 0.3];
  for (const [, make] of clips.slice(0, 5)) {
    same(
      step(before(make(0.8)), zeros, gradient),
      gradient.map((each) => -each),
    );
  }
});
