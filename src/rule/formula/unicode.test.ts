import { describe, expect, it } from "vitest";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import type { Definition, HyperDefaults, Rule } from "../definition.ts";
import { columnsOf } from "./text.ts";
import { unicode, unicodeInitial, unicodeSymbols } from "./unicode.ts";

const rule = (definition: Partial<Definition> & { rule: string }): Rule =>
  defineOptimizer({ name: "example", hyper: {}, ...definition })();

/** An expression as plain text: the right-hand side of a rule that assigns `p`. */
function expression(text: string, hyper: HyperDefaults = {}): string {
  // A hyperparameter must be used; a local that nothing reads is not shown.
  const used = Object.keys(hyper).join(" + ") || "0";
  return unicode(rule({ hyper, rule: `unread = ${used}; p = ${text}` })).replace(/^θₜ = /, "");
}

const adam = defineOptimizer({
  name: "adam",
  title: "Adam",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
  `,
});

const l2 = defineTransform({ name: "l2", hyper: { l2: 0.01 }, rule: "g = g + l2 * p" });
const ema = defineTransform({
  name: "ema",
  hyper: { decay: 0.999 },
  state: { average: "p" },
  rule: "average = decay * average + (1 - decay) * p",
});

describe("unicode", () => {
  it("writes Adam", () => {
    expect(unicode(adam())).toBe(
      [
        "mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ",
        "vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²",
        "uₜ = (mₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε)",
        "θₜ = θₜ₋₁ − η uₜ",
      ].join("\n"),
    );
  });

  it("writes a chain in blocks under their titles", () => {
    expect(unicode(chain(l2(), adam({ lr: (step) => 1 / step }), ema(), ema()))).toBe(
      [
        "l2",
        "  gₜ′ = gₜ + λ θₜ₋₁",
        "",
        "Adam",
        "  mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ′",
        "  vₜ = β₂ vₜ₋₁ + (1 − β₂) (gₜ′)²",
        "  uₜ = (mₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε)",
        "  θₜ = θₜ₋₁ − ηₜ uₜ",
        "",
        "ema",
        "  θ\u0304ₜ = δ θ\u0304ₜ₋₁ + (1 − δ) θₜ",
        "",
        "ema",
        "  θ\u0304ₜ = δ θ\u0304ₜ₋₁ + (1 − δ) θₜ",
      ].join("\n"),
    );
  });

  it("writes transforms without an optimizer: before the step, or after it", () => {
    expect(unicode(l2())).toBe("gₜ′ = gₜ + λ θₜ₋₁");
    expect(unicode(ema())).toBe("θ\u0304ₜ = δ θ\u0304ₜ₋₁ + (1 − δ) θₜ");
    const trust = defineTransform({ name: "t", hyper: {}, rule: "u = u * norm(p) / norm(u)" });
    expect(unicode(trust())).toBe("uₜ′ = uₜ ‖θₜ₋₁‖ / ‖uₜ‖");
  });

  it("puts brackets around a choice within the first case of another", () => {
    expect(expression("where(g > 0, where(g > 1, 2, 3), 4) + 1")).toBe(
      "((2 if gₜ > 1, else 3) if gₜ > 0, else 4) + 1",
    );
  });

  it("puts the cases of a choice after a brace", () => {
    const choice = rule({
      hyper: { lr: 0.1, k: 2 },
      state: { mHat: 0 },
      rule: `
        first = t == 1
        mHat = where(first, g, where(t % k == 0, k * mHat, where(t > 9, -g, 0)))
        u = 1 - where(first, mHat, 0)
      `,
    });
    expect(unicode(choice)).toBe(
      [
        "m\u0302ₜ = ⎧ gₜ       if t = 1",
        "     ⎪ k m\u0302ₜ₋₁   if t mod k = 0",
        "     ⎨ −gₜ      if t > 9",
        "     ⎩ 0        otherwise",
        "uₜ = 1 − (m\u0302ₜ if t = 1, else 0)",
        "θₜ = θₜ₋₁ − η uₜ",
      ].join("\n"),
    );
  });

  it("does not break a long line that has no sign to break before", () => {
    const name = "unbreakable".repeat(8);
    expect(expression(`g + ${name}`, { [name]: 1 })).toBe(`gₜ\n       + ${name}`);
  });

  it("breaks long lines before an outer sign, a plus or minus if there is one", () => {
    const long = rule({
      rule: `scale = norm(g) + 1
        p = p * scale - g * scale * scale / (1 + scale * g) - max(g, scale) * (g + 1) + g
        p = max(g, scale) * min(g, scale) / (g + scale) * max(g + 1, scale) / (scale + 1) * p`,
    });
    const text = unicode(long);
    expect(text.split("\n").every((line) => columnsOf(line) <= 78)).toBe(true);
    expect(text).toBe(
      [
        "scaleₜ = ‖gₜ‖ + 1",
        "   θₜ′ = θₜ₋₁ · scaleₜ − gₜ · scaleₜ · scaleₜ / (1 + scaleₜ · gₜ)",
        "           − max(gₜ, scaleₜ) (gₜ + 1) + gₜ",
        "    θₜ = ((max(gₜ, scaleₜ) · min(gₜ, scaleₜ) / (gₜ + scaleₜ))",
        "           · max(gₜ + 1, scaleₜ) / (scaleₜ + 1)) θₜ′",
      ].join("\n"),
    );
  });
});

describe("an expression in plain text", () => {
  it.each([
    ["a / b / k", "(a / b) / k"],
    ["a / b * k", "(a / b) k"],
    ["a * b / k", "a b / k"],
    ["a * (b / k)", "a · (b / k)"],
    ["(a + b) * (a - b)", "(a + b) (a − b)"],
    ["a * (b + k)", "a · (b + k)"],
    ["a^(k - 1)", "aᵏ⁻¹"],
    ["a^-2", "a⁻²"],
    ["a^0.5", "a^0.5"],
    ["a^-0.5", "a^(−0.5)"],
    ["a^(1 / k)", "a^(1/k)"],
    ["a^b^2", "a^(b²)"],
    ["sqrt(a) * b", "√a · b"],
    ["sqrt(a * b)", "√(a b)"],
    ["2 * maxNorm * a", "2 · maxNorm · a"],
    ["2.5e-7 * a", "2.5·10⁻⁷ a"],
  ])("%s", (text, expected) => {
    expect(expression(text, { a: 1, b: 2, k: 3, maxNorm: 1 })).toBe(expected);
  });

  it.each([
    ["g / norm(g)", "gₜ / ‖gₜ‖"],
    ["globalNorm(g)^2 * g", "‖gₜ‖ₐₗₗ² gₜ"],
    ["abs(g) + floor(t / 2)", "|gₜ| + ⌊t / 2⌋"],
    ["sum(g^2) / size", "(∑ gₜ²) / size"],
    ["globalSum(g) + 1", "(∑ₐₗₗ gₜ) + 1"],
    ["amax(g) - globalMin(g)", "max(gₜ) − minₐₗₗ(gₜ)"],
    ["rowMean(matmul(g, transpose(g))) * g", "rowMean(matmul(gₜ, gₜᵀ)) gₜ"],
  ])("%s", (text, expected) => {
    expect(expression(text)).toBe(expected);
  });
});

describe("symbols and initial values", () => {
  it("are those of the formula", () => {
    const [part] = ema().parts;
    expect(Object.fromEntries(unicodeSymbols(part!))).toMatchObject({
      decay: "δ",
      average: "θ\u0304",
    });
    expect(unicodeInitial(part!, "p")).toBe("θ₀");
    expect(unicodeInitial(part!, "1 - decay")).toBe("1 − δ");
    expect(unicodeInitial(part!, 0.1)).toBe("0.1");
  });
});
