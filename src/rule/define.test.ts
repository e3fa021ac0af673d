import { describe, expect, expectTypeOf, test } from "vitest";
import { chain, defineOptimizer, defineTransform } from "./define.ts";
import type { HyperDefaults, Rule } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";

const hyper = { lr: 0.1, beta: 0.9, flag: false };
const rule = "u = where(flag, g, beta * g)";
const made = defineOptimizer({ name: "made", hyper, rule });
const clip = defineTransform({
  name: "clip",
  hyper: { limit: 1 },
  argument: "limit",
  rule: "g = clamp(g, -limit, limit)",
});

const hyperOf = (each: Rule) => each.parts[0]!.hyper;
const options = (given: unknown) => () => (made as (options: unknown) => Rule)(given);

describe("options", () => {
  test("fill in the defaults", () => {
    expect(hyperOf(made())).toEqual(hyper);
    expect(hyperOf(made({}))).toEqual(hyper);
    expect(hyperOf(made({ beta: 0 }))).toEqual({ lr: 0.1, beta: 0, flag: false });
    const schedule = (step: number) => 1 / step;
    expect(hyperOf(made({ lr: schedule, flag: true }))).toEqual({
      lr: schedule,
      beta: 0.9,
      flag: true,
    });
  });

  test("that are undefined count as left out", () => {
    expect(hyperOf(options({ lr: undefined, beta: 0.5 })())).toEqual({ ...hyper, beta: 0.5 });
  });

  test("may be infinite or negative, which the maths may want", () => {
    expect(hyperOf(made({ lr: Number.POSITIVE_INFINITY, beta: -1 }))).toMatchObject({
      lr: Number.POSITIVE_INFINITY,
      beta: -1,
    });
  });

  test("belong only to the rule that was made from them", () => {
    const given = { lr: 1 };
    const first = made(given);
    given.lr = 2;
    expect(hyperOf(first)["lr"]).toBe(1);
    expect(made.definition.hyper).toEqual({ lr: 0.1, beta: 0.9, flag: false });
  });

  test.each([
    [
      { beta1: 1 },
      "made has no hyperparameter `beta1`; did you mean `beta`? (it has lr, beta, flag)",
    ],
    [{ learningRate: 1 }, "made has no hyperparameter `learningRate` (it has lr, beta, flag)"],
    [{ toString: 1 }, "made has no hyperparameter `toString` (it has lr, beta, flag)"],
    [{ lr: "0.1" }, 'made: `lr` must be a number or a schedule, not the string "0.1"'],
    [{ lr: Number.NaN }, "made: `lr` must be a number or a schedule, not NaN"],
    [{ lr: true }, "made: `lr` must be a number or a schedule, not true"],
    [{ lr: null }, "made: `lr` must be a number or a schedule, not null"],
    [{ lr: [1] }, "made: `lr` must be a number or a schedule, not an object"],
    [{ flag: 1 }, "made: `flag` must be true or false, not 1"],
    [{ flag: () => true }, "made: `flag` must be true or false, not () => true"],
    [0.1, "made takes its options as an object, such as { lr: 0.01 }"],
    [null, "made takes its options as an object, such as { lr: 0.01 }"],
    [() => 1, "made takes its options as an object, such as { lr: 0.01 }"],
  ])("%j is refused", (given, problem) => {
    expect(options(given)).toThrow(new HyperparameterError(problem));
  });

  test("a rule without hyperparameters says so", () => {
    const plain = defineTransform({ name: "plain", hyper: {}, rule: "g = -g" });
    expect(() => (plain as (options: unknown) => Rule)({ lr: 1 })).toThrow(
      "plain has no hyperparameter `lr` (it has none)",
    );
  });

  test("may be one bare number or schedule if the definition says which hyperparameter it sets", () => {
    expect(hyperOf(clip(0.5))).toEqual({ limit: 0.5 });
    expect(hyperOf(clip({ limit: 0.5 }))).toEqual({ limit: 0.5 });
    const schedule = (step: number) => step;
    expect(hyperOf(clip(schedule))).toEqual({ limit: schedule });
    expect(() => clip(Number.NaN)).toThrow("clip: `limit` must be a number or a schedule, not NaN");
  });
});

test("a factory knows its definition and its role", () => {
  expect(made.role).toBe("optimizer");
  expect(clip.role).toBe("transform");
  expect(made.definition).toMatchObject({ name: "made", hyper, rule });
});

test("types know the hyperparameters, through chains as well", () => {
  expectTypeOf(made).parameter(0).not.toBeAny();
  expectTypeOf(made()).toEqualTypeOf<Rule<{ lr: number; beta: number; flag: boolean }>>();
  // @ts-expect-error `beta1` is not a hyperparameter
  expect(() => made({ beta1: 1 })).toThrow(HyperparameterError);
  // @ts-expect-error a switch is not a number
  expect(() => made({ flag: 1 })).toThrow(HyperparameterError);
  // @ts-expect-error a number is not a switch
  expect(() => made({ lr: true })).toThrow(HyperparameterError);
  // @ts-expect-error a bare number needs a definition that names its hyperparameter
  expect(() => made(1)).toThrow(HyperparameterError);
  const both = chain(clip(), made());
  expectTypeOf(both).toExtend<Rule<{ lr: number; beta: number; flag: boolean }>>();
  expectTypeOf(both).toExtend<Rule<{ limit: number }>>();
  expectTypeOf(both).toExtend<Rule>();
  // @ts-expect-error a factory is not a rule
  expect(() => chain(made)).toThrow(HyperparameterError);
  // If only `HyperDefaults` is known of the hyperparameters, an option may have any valid type.
  const anyRule = defineOptimizer<HyperDefaults>({ name: "any", hyper, rule });
  expect(hyperOf(anyRule({ flag: true, lr: (step) => step }))["flag"]).toBe(true);
  // @ts-expect-error a string is never valid
  expect(() => anyRule({ lr: "1" })).toThrow(HyperparameterError);
  // @ts-expect-error the argument is a hyperparameter
  defineTransform({ name: "x", hyper: { limit: 1 }, argument: "limits", rule: "g = g * limit" });
});
