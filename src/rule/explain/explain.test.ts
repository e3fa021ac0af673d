import { describe, expect, it } from "vitest";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import { columnsOf } from "../formula/text.ts";
import { explain } from "./explain.ts";

const adamw = defineOptimizer({
  name: "adamw",
  title: "AdamW",
  summary: "Adam with weight decay that the scale of the gradients does not touch.",
  paper:
    "Loshchilov & Hutter, 2019, Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + weightDecay * p
  `,
});

const sgd = defineOptimizer({
  name: "sgd",
  hyper: { lr: 1e-3, momentum: 0, nesterov: false },
  state: { b: 0 },
  rule: `
    b = momentum * b + g
    u = where(momentum == 0, g, where(nesterov, g + momentum * b, b))
  `,
});

const clipByGlobalNorm = defineTransform({
  name: "clipByGlobalNorm",
  title: "Clipping by global norm",
  hyper: { maxNorm: 1, eps: 1e-6 },
  rule: "g = g * min(1, maxNorm / (globalNorm(g) + eps))",
});

const ema = defineTransform({
  name: "ema",
  title: "Average",
  hyper: { decay: 0.999 },
  state: { average: "p" },
  rule: "average = decay * average + (1 - decay) * p",
});

const both = (arrays: number) => ({ float32: 4 * arrays, float64: 8 * arrays });

describe("explain", () => {
  it("counts what a step of Adam moves: one pass, 28 bytes in float32", () => {
    const { passes, bytes, check, obstacle } = explain(adamw());
    expect(passes).toEqual([
      {
        reads: ["p", "g", "adamw.m", "adamw.v"],
        writes: ["p", "adamw.m", "adamw.v"],
        reductions: [],
        bytes: { float32: 28, float64: 56 },
      },
    ]);
    expect(bytes).toEqual({ float32: 28, float64: 56 });
    expect(check).toEqual({ passes: 1, bytes: { float32: 4, float64: 8 } });
    expect(obstacle).toBeUndefined();
  });

  it("counts two passes for a chain that clips, and no bytes for a check in a pass that reads g anyway", () => {
    const { passes, bytes, check } = explain(chain(clipByGlobalNorm(), adamw(), ema()));
    expect(passes.map(({ reads, writes }) => [reads.length, writes.length])).toEqual([
      [1, 0],
      [5, 4],
    ]);
    expect(passes[0]!.reductions).toEqual([{ operator: "norm", scope: "global" }]);
    expect(bytes).toEqual(both(10));
    expect(check).toEqual({ passes: 0, bytes: both(0) });
  });

  it("lists hyperparameters with their symbols, values and defaults", () => {
    const named = Object.defineProperty((step: number) => 1 / step, "name", { value: "falling" });
    const rule = sgd({ lr: named, momentum: (step) => 1 / step, nesterov: true });
    expect(explain(rule).hyperparameters).toEqual([
      { part: "sgd", name: "lr", symbol: "η", value: "falling", default: 1e-3 },
      { part: "sgd", name: "momentum", symbol: "μ", value: "a schedule", default: 0 },
      { part: "sgd", name: "nesterov", symbol: "nesterov", value: true, default: false },
    ]);
  });

  it("lists the ranges of hyperparameters, if their definition has them", () => {
    const rule = defineOptimizer({
      name: "ranged",
      hyper: { lr: 0.1, every: 1, free: 2, flag: true },
      ranges: { lr: "[0, inf)", every: "whole [1, inf)" },
      rule: "u = where(flag, every, free) * g",
    })();
    const { hyperparameters } = explain(rule);
    const ranges = ["[0, inf)", "whole [1, inf)", undefined, undefined];
    expect(hyperparameters.map(({ range }) => range)).toEqual(ranges);
    expect(`${explain(rule)}`).toContain(
      `
Hyperparameters
  η   lr      0.1    [0, inf)
      every   1      whole [1, inf)
      free    2
      flag    true
`,
    );
  });

  it("lists the state that is kept, and its initial value", () => {
    expect(explain(sgd()).state).toEqual([]);
    expect(explain(sgd({ momentum: 0.9 })).state).toEqual([
      { part: "sgd", name: "b", symbol: "b", kind: "element", initial: "0", bytes: both(1) },
    ]);
    const [average] = explain(ema()).state;
    expect(average).toMatchObject({ name: "average", symbol: "θ\u0304", initial: "θ₀" });
  });

  it("has the summary and the paper of a single rule, and of each part of a chain", () => {
    const single = explain(adamw());
    expect(single).toMatchObject({ name: "adamw", title: "AdamW" });
    expect(single.summary).toMatch(/^Adam with/);
    const { name, title, summary, parts } = explain(chain(clipByGlobalNorm(), adamw()));
    expect(name).toBe("clipByGlobalNorm > adamw");
    expect(title).toBe("Clipping by global norm → AdamW");
    expect(summary).toBeUndefined();
    expect(parts.map((part) => part.paper)).toEqual([undefined, single.paper]);
    expect(parts[1]!.formula.split("\n")[0]).toBe("mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ′");
  });

  it("explains a transform alone", () => {
    const alone = explain(ema());
    expect(alone.passes).toEqual([]);
    expect(alone.obstacle).toMatch(/joins the passes of the optimizer/);
  });

  it("explains loops over rows and columns", () => {
    const matrices = defineOptimizer({
      name: "rows",
      hyper: { lr: 0.1 },
      state: { r: { kind: "row", initial: 0 } },
      rule: "r = colMean(g^2)\nu = g / sqrt(r)",
    });
    const explanation = explain(matrices());
    expect(explanation.passes.map(({ reads, writes }) => [reads, writes])).toEqual([
      [["g"], [""]],
      [[""], ["rows.r", ""]],
      [["p", "g", ""], ["p"]],
    ]);
    expect(explanation.bytes).toEqual(both(4));
    expect(explanation.state[0]).toMatchObject({ kind: "row", bytes: both(0) });
    expect(`${explanation}`).toContain("one value a column, from 0");
  });

  it("does not hide a mistake in a chain", () => {
    const scale = defineTransform({ name: "scale", hyper: {}, rule: "u = 2 * u" });
    expect(() => explain(chain(scale(), adamw()))).toThrow("`u` has no value yet");
  });

  it("is plain data beside its text", () => {
    const data = JSON.parse(JSON.stringify(explain(adamw())));
    expect(explain(adamw())).toMatchObject(data);
    expect(Object.keys(explain(adamw())).filter((key) => !Object.hasOwn(data, key))).toEqual([
      "obstacle",
      "toString",
    ]);
  });
});

describe("the text of an explanation", () => {
  it("reads well for one rule", () => {
    expect(`${explain(adamw({ lr: 3e-5 }))}`).toBe(
      `
AdamW
Adam with weight decay that the scale of the gradients does not touch.

  mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
  vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
  uₜ = (mₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε) + λ θₜ₋₁
  θₜ = θₜ₋₁ − η uₜ

Loshchilov & Hutter, 2019, Decoupled Weight Decay Regularization,
https://arxiv.org/abs/1711.05101

Hyperparameters
  η    lr            3e-5 (default 0.001)
  β₁   beta1         0.9
  β₂   beta2         0.999
  ε    eps           1e-8
  λ    weightDecay   0.01

State, bytes per element             float32   float64
  m   one value an element, from 0         4         8
  v   one value an element, from 0         4         8
      in all                               8        16

Passes over memory, bytes per element                         float32   float64
  1   reads p g m v, writes p m v                                  28        56
  +   the check for non-finite gradients, a pass of its own         4         8
`.trim(),
    );
  });

  it("reads well for a chain", () => {
    const schedule = Object.defineProperty(() => 1, "name", {
      value: "warmupCosine(initial 0, peak 0.0003, final 0, warmup 100, steps 10000)",
    });
    const rule = chain(clipByGlobalNorm({ maxNorm: 2 }), sgd({ lr: schedule }), ema());
    expect(`${explain(rule)}`).toBe(
      `
Clipping by global norm → sgd → Average

  Clipping by global norm

    gₜ′ = gₜ · min(1, maxNorm / (‖gₜ‖ₐₗₗ + ε))

  sgd

    uₜ = gₜ′
    θₜ = θₜ₋₁ − ηₜ uₜ

  Average

    θ\u0304ₜ = δ θ\u0304ₜ₋₁ + (1 − δ) θₜ

Hyperparameters
      clipByGlobalNorm.maxNorm   2 (default 1)
  ε   clipByGlobalNorm.eps       1e-6
  η   sgd.lr                     warmupCosine(initial 0, peak 0.0003, final 0,
                                 warmup 100, steps 10000)
  μ   sgd.momentum               0
      sgd.nesterov               false
  δ   ema.decay                  0.999

State, bytes per element                            float32   float64
  θ\u0304   ema.average   one value an element, from θ₀         4         8

Passes over memory, bytes per element               float32   float64
  1   reads g, takes the norm over all parameters         4         8
  2   reads p g average, writes p average                20        40
      in all                                             24        48
  +   the check for non-finite gradients                  0         0
`.trim(),
    );
  });

  it("says that there is no state", () => {
    expect(`${explain(sgd())}`).toContain("\nState, bytes per element\n  none\n");
  });

  it("stays within 80 columns, breaking what is longer", () => {
    const rule = chain(clipByGlobalNorm(), adamw(), ema(), ema());
    const lines = `${explain(rule)}`.split("\n");
    for (const line of lines) {
      expect(columnsOf(line)).toBeLessThanOrEqual(80);
    }
    const start = lines.findIndex((line) => line.startsWith("  2"));
    expect(lines.slice(start, start + 3)).toEqual([
      "  2   reads p g m v ema.average ema#2.average, writes p m v        44        88",
      "      ema.average ema#2.average",
      "      in all                                                       48        96",
    ]);
  });
});
