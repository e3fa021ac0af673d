import { expect, expectTypeOf, test } from "vitest";
import {
  constant,
  cooldown,
  cosine,
  cosineWarmRestarts,
  cyclic,
  exponential,
  inverseSqrt,
  inverseTime,
  join,
  linear,
  multiplicative,
  multiStep,
  noam,
  oneCycle,
  type PlateauSchedule,
  piecewise,
  polynomial,
  reduceOnPlateau,
  rex,
  type Schedule,
  ScheduleError,
  scaled,
  type schedules,
  stepDecay,
  tanh,
  warmup,
  warmupCosine,
  wsd,
} from "./index.ts";
import type { Check, Specification } from "./options.ts";

test("a wrong option is an error of types and, in JavaScript, a ScheduleError", () => {
  const wrong: readonly (() => Schedule)[] = [
    // @ts-expect-error a string is no number
    () => constant("0.1"),
    // @ts-expect-error `rate` is no option
    () => inverseTime({ initial: 1, decay: 1, rate: 1 }),
    // @ts-expect-error `step` is no option
    () => stepDecay({ initial: 1, every: 1, step: 1 }),
    // @ts-expect-error milestones are an array
    () => multiStep({ initial: 1, milestones: 30 }),
    // @ts-expect-error `decay` is no option
    () => exponential({ initial: 1, gamma: 1, decay: 1 }),
    // @ts-expect-error `end` is no option
    () => polynomial({ initial: 1, steps: 1, end: 1 }),
    // @ts-expect-error its ends are called as everywhere
    () => linear({ from: 1, to: 0, steps: 1 }),
    // @ts-expect-error `warmup` is no option
    () => inverseSqrt({ initial: 1, warmup: 1 }),
    // @ts-expect-error `T_max` is no option
    () => cosine({ initial: 1, steps: 1, T_max: 1 }),
    // @ts-expect-error `steps` is missing
    () => cosine({ initial: 1 }),
    // @ts-expect-error where it leads is called `peak`, a schedule as well
    () => warmup({ steps: 1, to: 1 }),
    // @ts-expect-error a function that makes a schedule is not one
    () => warmup({ steps: 1, peak: cosine }),
    // @ts-expect-error `initial` is called `peak` after a warm-up
    () => warmupCosine({ steps: 2, warmup: 1, initial: 1 }),
    // @ts-expect-error `pctStart` is no option
    () => oneCycle({ peak: 1, steps: 1, pctStart: 0.3 }),
    // @ts-expect-error `threephase` is no option
    () => oneCycle({ peak: 1, steps: 1, threephase: true }),
    // @ts-expect-error PyTorch's word for it is "cos"
    () => oneCycle({ peak: 1, steps: 1, anneal: "cos" }),
    // @ts-expect-error `tMult` is called `stepsFactor`
    () => cosineWarmRestarts({ initial: 1, steps: 1, tMult: 2 }),
    // @ts-expect-error PyTorch's word for it is "exp_range"
    () => cyclic({ initial: 0, peak: 1, stepsUp: 1, mode: "exp_range" }),
    // @ts-expect-error `scales` is no option
    () => piecewise({ values: [1], boundaries: [], scales: [1] }),
    // @ts-expect-error a number is no schedule
    () => multiplicative({ initial: 1, factor: 0.9 }),
    // @ts-expect-error `peak` is no option
    () => noam({ modelSize: 1, warmup: 1, peak: 1 }),
    // @ts-expect-error `steps` is missing
    () => rex({ initial: 1 }),
    // @ts-expect-error timm's name for it is `lb`
    () => tanh({ initial: 1, steps: 1, lb: -7 }),
    // @ts-expect-error `decay` is missing
    () => wsd({ peak: 1, warmup: 1, steps: 3 }),
    // @ts-expect-error "sqrt" is no way down
    () => cooldown({ initial: 1, start: 1, steps: 1, anneal: "sqrt" }),
    // @ts-expect-error a number is no schedule
    () => scaled(1, 2),
    // @ts-expect-error "best" is no mode
    () => reduceOnPlateau({ initial: 1, mode: "best" }),
    // @ts-expect-error a number is no schedule
    () => join([1, constant(1)], [1]),
  ];
  for (const make of wrong) expect(make, String(make)).toThrow(ScheduleError);
});

test("options are read-only", () => {
  expectTypeOf<Parameters<typeof cosine>[0]>().toEqualTypeOf<{
    readonly initial: number;
    readonly final?: number;
    readonly steps: number;
    readonly exponent?: number;
    readonly kDecay?: number;
  }>();
  expectTypeOf<Parameters<typeof multiStep>[0]["milestones"]>().toEqualTypeOf<readonly number[]>();
});

test("every schedule in the registry makes a function from a number to a number", () => {
  type Made = ReturnType<(typeof schedules)[keyof typeof schedules]>;
  expectTypeOf<Made>().toExtend<(step: number) => number>();
  expectTypeOf<Exclude<Made, PlateauSchedule>>().toEqualTypeOf<(step: number) => number>();
});

test("a specification has a default for exactly the options that may be left out", () => {
  interface Options {
    readonly needed: number;
    readonly free?: boolean;
  }
  expectTypeOf<Specification<Options>>().toEqualTypeOf<{
    readonly needed: { readonly is: Check<number> };
    readonly free: { readonly is: Check<boolean>; readonly default: boolean };
  }>();
});
