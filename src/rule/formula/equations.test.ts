import { describe, expect, it } from "vitest";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import type { Definition, Rule } from "../definition.ts";
import { keptStates } from "./equations.ts";
import { latex } from "./latex.ts";
import { unicode } from "./unicode.ts";

const rule = (definition: Partial<Definition> & { rule: string }): Rule =>
  defineOptimizer({ name: "example", hyper: { lr: 0.1 }, ...definition })();

const lines = (shown: Rule): string[] => unicode(shown).split("\n").slice(0, -1);

describe("the equations of a rule", () => {
  it("do not depend on white space, comments or needless brackets", () => {
    const plain = rule({ state: { m: 0 }, rule: "m = 0.9 * m + 0.1 * g^2\nu = m / (1 - 0.9^t)" });
    const spaced = rule({
      state: { m: 0 },
      rule: `
        # the mean
        m   =   ((0.9*m) +
                ((0.1) * (g ^ 2)))  ;   u=(m/((1-0.9^t)))`,
    });
    expect(latex(spaced)).toBe(latex(plain));
    expect(unicode(spaced)).toBe(unicode(plain));
  });

  it("leave out locals that nothing reads", () => {
    expect(lines(rule({ rule: "h = g^2; k = h + 1; u = g" }))).toEqual(["uₜ = gₜ"]);
  });

  it("leave out an option that stays 0 from a sum", () => {
    const withOption = (a: number) => rule({ hyper: { lr: 0.1, a }, rule: "u = sqrt(g^2 + a)" });
    expect(lines(withOption(0))).toEqual(["uₜ = √(gₜ²)"]);
    expect(lines(withOption(1))).toEqual(["uₜ = √(gₜ² + a)"]);
  });

  it("write a condition, or a name that only renames a value, where it is used", () => {
    const text = "first = t == 1; x = g; half = 0.5; u = where(first, x, x * half)";
    expect(lines(rule({ rule: text }))).toEqual([
      "uₜ = ⎧ gₜ         if t = 1",
      "     ⎩ gₜ · 0.5   otherwise",
    ]);
  });

  it("give a condition's operands the values that they had where it was written", () => {
    const text = "large = norm(g) > 1; g = g / 2; u = where(large, g, 0)";
    expect(lines(rule({ rule: text }))).toEqual([
      "gₜ′ = gₜ / 2",
      " uₜ = ⎧ gₜ′   if ‖gₜ‖ > 1",
      "      ⎩ 0     otherwise",
    ]);
  });

  it("write the local's expression for a direction that is only a local, if nothing else reads the local", () => {
    expect(lines(rule({ rule: "d = g^2; u = d" }))).toEqual(["uₜ = gₜ²"]);
    expect(lines(rule({ state: { s: 0 }, rule: "d = g^2; s = s + d; u = d" }))).toEqual([
      "dₜ = gₜ²",
      "sₜ = sₜ₋₁ + dₜ",
      "uₜ = dₜ",
    ]);
  });

  it("give a state that keeps its initial value no subscript", () => {
    expect(lines(rule({ state: { a: "p" }, rule: "u = g + p - a" }))).toEqual([
      "uₜ = gₜ + θₜ₋₁ − a",
    ]);
  });

  it("give a local a subscript only if it changes from step to step", () => {
    const text = "c = 1 - decay; s = sqrt(t); u = c * s * g / (c + s)";
    expect(lines(rule({ hyper: { lr: 0.1, decay: 0.5 }, rule: text }))).toEqual([
      " c = 1 − δ",
      "sₜ = √t",
      "uₜ = c sₜ gₜ / (c + sₜ)",
    ]);
  });

  it("take the learning rate from the same part as compose", () => {
    const scale = defineTransform({ name: "scale", hyper: { k: 2 }, rule: "u = k * u" });
    const base = defineOptimizer({ name: "base", hyper: { lr: 1 }, rule: "u = g" });
    expect(unicode(chain(base({ lr: () => 1 }), scale())).split("\n")).toEqual([
      "base",
      "  uₜ = gₜ",
      "",
      "scale",
      "  uₜ′ = k uₜ",
      "   θₜ = θₜ₋₁ − ηₜ uₜ′",
    ]);
  });

  it("distinguish the parts of one definition", () => {
    const sum = defineTransform({
      name: "sum",
      hyper: { on: true, k: 1 },
      state: { s: 0 },
      rule: "s = s + k * g; g = where(on, s, g)",
    });
    const step = defineOptimizer({ name: "step", hyper: { lr: 1 }, rule: "u = g" });
    expect(unicode(chain(sum({ on: false }), sum(), step())).split("\n")).toEqual([
      "sum",
      "  gₜ′ = gₜ",
      "",
      "sum",
      "   sₜ = sₜ₋₁ + k gₜ′",
      "  gₜ″ = sₜ",
      "",
      "step",
      "  uₜ = gₜ″",
      "  θₜ = θₜ₋₁ − η uₜ",
    ]);
  });

  it("of an empty chain are none", () => {
    expect(latex(chain())).toBe("");
    expect(unicode(chain())).toBe("");
  });

  it("refuse a symbol for a name that the rule does not have", () => {
    expect(() => rule({ symbols: { beta: "gamma" }, rule: "beta1 = 0.5; u = beta1 * g" })).toThrow(
      "`symbols` has the unknown name `beta`; did you mean `beta1`?",
    );
  });

  it("report the mistakes that compose finds", () => {
    const direct = defineOptimizer({ name: "direct", hyper: {}, rule: "u = g" });
    expect(() => latex(direct())).toThrow("no part up to this one has the hyperparameter `lr`");
    const read = defineTransform({ name: "read", hyper: {}, rule: "u = 2 * u" });
    const step = defineOptimizer({ name: "step", hyper: { lr: 1 }, rule: "u = g" });
    expect(() => unicode(chain(read(), step()))).toThrow("`u` has no value yet");
  });
});

describe("keptStates", () => {
  const filter = defineTransform({
    name: "filter",
    hyper: { on: true },
    state: { m: 0, count: 0 },
    rule: "m = 0.9 * m + g; count = count + g; g = where(on, m, g)",
  });

  it("drops state that only an untaken branch used, also in transforms alone", () => {
    expect([...keptStates(filter())]).toEqual(expect.arrayContaining(["filter.m", "filter.count"]));
    expect(keptStates(filter({ on: false })).has("filter.m")).toBe(false);
    expect(unicode(filter({ on: false }))).toBe("countₜ = countₜ₋₁ + gₜ\n   gₜ′ = gₜ");
  });

  it("keeps state that nothing ever read, because users may read it", () => {
    expect(keptStates(filter({ on: false })).has("filter.count")).toBe(true);
  });
});
