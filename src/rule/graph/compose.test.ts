import { describe, expect, test } from "vitest";
import { errorOf } from "../../../tests/support/rules.ts";
import { composed } from "../../../tests/support/show.ts";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import type { Rule } from "../definition.ts";
import { HyperparameterError } from "../errors.ts";
import { compose, learningRatePart, nameOf } from "./compose.ts";

const sgd = defineOptimizer({ name: "sgd", hyper: { lr: 0.1 }, rule: "u = g" });
/** Changes the parameter itself. */
const shrink = defineOptimizer({ name: "shrink", hyper: { rate: 1 }, rule: "p = p - rate * g" });
/** Gives a direction, but has no learning rate. */
const signs = defineOptimizer({ name: "signs", hyper: {}, rule: "u = sign(g)" });
const heavy = defineOptimizer({
  name: "heavy",
  hyper: { lr: 0.1, beta: 0.9 },
  state: { m: 0 },
  rule: "m = beta * m + g; u = m",
});
const clip = defineTransform({
  name: "clip",
  hyper: { limit: 1 },
  rule: "g = g * min(1, limit / globalNorm(g))",
});
const double = defineTransform({ name: "double", hyper: {}, rule: "u = 2 * u" });
const scaled = defineTransform({ name: "scaled", hyper: { lr: 1 }, rule: "u = u / 2" });
const ema = defineTransform({
  name: "ema",
  hyper: { decay: 0.9 },
  state: { average: "p" },
  rule: "average = decay * average + (1 - decay) * p",
});

const clipped = (gradient: string) =>
  `(${gradient} * min(1, (clip.limit / global:norm(${gradient}))))`;

describe("a chain", () => {
  test("of one rule stores p first, then its state", () => {
    const stores = compose(heavy());
    expect(stores.map(({ slot }) => slot)).toEqual(["p", "heavy.m"]);
    expect(composed(heavy())).toEqual({
      p: "(p - (heavy.lr * ((heavy.beta * heavy.m) + g)))",
      "heavy.m": "((heavy.beta * heavy.m) + g)",
    });
  });

  test("passes on g as each part leaves it, and p as the update leaves it", () => {
    const p = `(p - (heavy.lr * ((heavy.beta * heavy.m) + ${clipped("g")})))`;
    expect(composed(chain(clip(), heavy(), ema()))).toEqual({
      p,
      "heavy.m": `((heavy.beta * heavy.m) + ${clipped("g")})`,
      "ema.average": `((ema.decay * ema.average) + ((1 - ema.decay) * ${p}))`,
    });
  });

  test("a transform before the optimizer sees the old p", () => {
    expect(composed(chain(ema(), sgd()))).toEqual({
      p: "(p - (sgd.lr * g))",
      "ema.average": "((ema.decay * ema.average) + ((1 - ema.decay) * p))",
    });
  });

  test("applies the direction at the end of the last part that assigns u", () => {
    expect(composed(chain(sgd(), double())).p).toBe("(p - (sgd.lr * (2 * g)))");
    // The part in between sees the direction, but not yet the step.
    expect(composed(chain(sgd(), ema(), double()))["ema.average"]).toBe(
      "((ema.decay * ema.average) + ((1 - ema.decay) * p))",
    );
  });

  test("takes lr from that part or from the nearest one before it", () => {
    const rateOf = (rule: Rule) => learningRatePart(rule)?.name;
    expect(rateOf(sgd())).toBe("sgd");
    expect(rateOf(chain(sgd(), double(), ema()))).toBe("sgd");
    expect(rateOf(chain(sgd(), signs()))).toBe("sgd");
    expect(rateOf(chain(sgd(), scaled()))).toBe("scaled");
    expect(rateOf(chain(heavy(), sgd()))).toBe("sgd");
    // An lr after the last direction does not count.
    const later = defineTransform({ name: "later", hyper: { lr: 1 }, rule: "p = p * lr" });
    expect(rateOf(chain(sgd(), later()))).toBe("sgd");
    expect(rateOf(shrink())).toBeUndefined();
    expect(composed(chain(sgd(), scaled())).p).toBe("(p - (scaled.lr * (g / 2)))");
  });

  test("of two optimizers is refused if nothing reads the first direction", () => {
    expect(() => composed(chain(heavy(), sgd()))).toThrow(
      "heavy has no effect: sgd behind it does not use its direction. Remove one",
    );
    // An optimizer that changes p itself is applied in addition.
    expect(composed(chain(shrink(), sgd())).p).toBe("((p - (shrink.rate * g)) - (sgd.lr * g))");
    expect(composed(chain(sgd(), shrink())).p).toBe("((p - (sgd.lr * g)) - (shrink.rate * g))");
  });

  test("calls the second part of one name name#2, in its state and hyperparameters", () => {
    const rule = chain(sgd(), ema(), ema({ decay: 0.5 }), ema());
    expect(rule.parts.map(({ name }) => name)).toEqual(["sgd", "ema", "ema#2", "ema#3"]);
    expect(rule.parts.map(({ hyper }) => hyper["decay"])).toEqual([undefined, 0.9, 0.5, 0.9]);
    const p = "(p - (sgd.lr * g))";
    expect(composed(rule)["ema#2.average"]).toBe(
      `((ema#2.decay * ema#2.average) + ((1 - ema#2.decay) * ${p}))`,
    );
  });

  test("of chains is one chain, and its parts are renumbered", () => {
    const inner = chain(ema(), ema());
    const rule = chain(clip(), chain(sgd(), inner), inner);
    expect(nameOf(rule)).toBe("clip > sgd > ema > ema#2 > ema#3 > ema#4");
    expect(nameOf(inner)).toBe("ema > ema#2");
  });

  test("may set p to an input or to a state", () => {
    const given = defineOptimizer({
      name: "given",
      hyper: {},
      state: { s: 0 },
      rule: "p = s; s = g",
    });
    expect(composed(given())).toEqual({ p: "given.s", "given.s": "g" });
  });

  test("keeps the locals of its parts apart", () => {
    const one = defineTransform({ name: "one", hyper: {}, rule: "x = 2; g = g * x" });
    const two = defineTransform({ name: "two", hyper: {}, rule: "g = g / 3; x = 4" });
    expect(composed(chain(one(), two(), one(), sgd())).p).toBe(
      "(p - (sgd.lr * (((g * 2) / 3) * 2)))",
    );
  });
});

describe("a chain is refused", () => {
  const refused = (rule: Rule) => {
    try {
      compose(rule);
    } catch (error) {
      expect(error).toBeInstanceOf(HyperparameterError);
      return (error as Error).message;
    }
    throw new Error("no error");
  };

  test("where a part reads a direction that nothing before it assigns", () => {
    const error = errorOf(() => compose(chain(double(), sgd())));
    expect(error.message).toBe(
      "double: line 1, column 9: `u` has no value yet: no rule before this line assigns it\n" +
        "  u = 2 * u\n" +
        "          ^",
    );
  });

  test("where a direction has no rate", () => {
    expect(refused(chain(clip(), signs()))).toBe(
      "clip > signs: `u` is assigned, but no part up to this one has the hyperparameter `lr`",
    );
  });

  test("where nothing changes a parameter", () => {
    expect(refused(chain(clip(), ema()))).toBe(
      "clip > ema changes no parameter; chain it with an optimizer, such as adam()",
    );
    expect(refused(chain())).toBe(
      "an empty chain changes no parameter; chain it with an optimizer, such as adam()",
    );
  });

  test("where an argument is not a rule", () => {
    const notRules = [sgd, undefined, null, {}, "sgd", [sgd()]] as unknown as Rule[];
    for (const argument of notRules) {
      expect(() => chain(clip(), argument)).toThrow(
        new HyperparameterError("chain: argument 2 is not a rule such as adam(), with parentheses"),
      );
    }
  });
});
