import { describe, expect, test } from "vitest";
import { optimizer, type Source } from "../../../tests/support/rules.ts";
import { showNode } from "../../../tests/support/show.ts";
import { withoutRescues } from "../../../tests/support/withoutRescues.ts";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import type { Rule } from "../definition.ts";
import { defaultHyper } from "../hyper.ts";
import { programOf } from "./prepare.ts";
import { loopsOf, type Program } from "./program.ts";

const compile = (rule: Rule, guard = false): Program =>
  withoutRescues(programOf(rule, defaultHyper(rule), guard));

/** What each pass moves: `loads -> stores, reductions`. */
function passes(program: Program): string[] {
  return loopsOf(program).map(({ loop: { loads, stores, reductions } }) => {
    const out = [
      ...stores.map(({ slot }) => slot),
      ...reductions.map(({ node }) => `${node.scope} ${node.operator}`),
    ];
    return `${loads.map(({ slot }) => slot).join(" ")} -> ${out.join(", ")}`;
  });
}

/** Bytes that a float32 element moves in a step. */
const bytes = (program: Program): number =>
  4 *
  loopsOf(program).reduce(
    (sum, { loop: { loads, stores } }) => sum + loads.length + stores.length,
    0,
  );

const sgd = defineOptimizer({ name: "sgd", hyper: { lr: 0.1 }, rule: "u = g" });
const adam = defineOptimizer({
  name: "adam",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)`,
});
/** You et al., 2020, algorithm 2, with the trust ratio of whole tensors. */
const lamb = defineOptimizer({
  name: "lamb",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-6, weightDecay: 0.01 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    r = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + weightDecay * p
    u = where(norm(p) > 0, where(norm(r) > 0, norm(p) / norm(r), 1), 1) * r`,
});
const clip = defineTransform({
  name: "clip",
  hyper: { limit: 1 },
  rule: "g = g * min(1, limit / globalNorm(g))",
});
const average = defineTransform({
  name: "ema",
  hyper: { decay: 0.9 },
  state: { average: "p" },
  rule: "average = decay * average + (1 - decay) * p",
});

describe("a rule without reductions is one pass", () => {
  test("of SGD: 12 bytes an element", () => {
    const program = compile(sgd());
    expect(passes(program)).toEqual(["g p -> p"]);
    expect(bytes(program)).toBe(12);
  });

  test("of Adam: 28 bytes", () => {
    const program = compile(adam());
    expect(passes(program)).toEqual(["g p adam.m adam.v -> p, adam.m, adam.v"]);
    expect(bytes(program)).toBe(28);
    expect(program.slots.map(({ name }) => name)).toEqual(["p", "g", "adam.m", "adam.v"]);
  });

  test("of Adam and an average of the weights: 36, because p is read only once", () => {
    const program = compile(chain(adam(), average()));
    expect(passes(program)).toHaveLength(1);
    expect(bytes(program)).toBe(36);
  });

  test("a state that keeps its initial value is read and never written", () => {
    const anchored = defineOptimizer({
      name: "anchored",
      hyper: { lr: 0.1 },
      state: { p0: "p" },
      rule: "u = g + p - p0",
    });
    expect(passes(compile(anchored()))).toEqual(["g p anchored.p0 -> p"]);
  });

  test("that reads no gradient loads none", () => {
    expect(passes(compile(optimizer({ rule: "p = p - lr * p" })()))).toEqual(["p -> p"]);
  });

  test("that stores what is computed on the host loads nothing for it", () => {
    const source: Source = { state: { m: 0 }, rule: "m = t; p = lr" };
    expect(passes(compile(optimizer(source)()))).toEqual([" -> p, test.m"]);
  });
});

describe("each reduction ends a pass", () => {
  test("clipping reads the gradients once more: 4 bytes", () => {
    const program = compile(chain(clip(), adam()));
    expect(passes(program)).toEqual(["g -> global norm", "g p adam.m adam.v -> p, adam.m, adam.v"]);
    expect(bytes(program)).toBe(32);
  });

  test("two independent reductions end the same pass", () => {
    const program = compile(optimizer({ rule: "u = g * norm(g) * globalNorm(p) / amax(p)" })());
    expect(passes(program)).toEqual(["g p -> tensor norm, global norm, tensor max", "g p -> p"]);
  });

  test("a reduction of another reduction's result needs its own pass", () => {
    const rule = "x = g / norm(g); y = x * norm(x + p); u = y / globalNorm(y)";
    expect(passes(compile(optimizer({ rule })()))).toEqual([
      "g -> tensor norm",
      "g p -> tensor norm",
      "g -> global norm",
      "g p -> p",
    ]);
  });

  test("LAMB stores its moments as soon as it has them, and reads each new one once", () => {
    const program = compile(lamb());
    // Pass 0: read p g m v, write m v. Pass 1: read p m v, write p.
    expect(passes(program)).toEqual([
      "g p lamb.m lamb.v -> lamb.m, lamb.v, tensor norm, tensor norm",
      "p lamb.m lamb.v -> p",
    ]);
    expect(bytes(program)).toBe(40);
  });

  test("LAMB with the guard stores nothing in the first pass", () => {
    const program = compile(lamb(), true);
    // Everything is computed twice, because nothing may be stored before the gradients are checked.
    expect(passes(program)).toEqual([
      "g p lamb.m lamb.v -> tensor norm, tensor norm, global sum",
      "g p lamb.m lamb.v -> p, lamb.m, lamb.v",
    ]);
    expect(bytes(program)).toBe(44);
  });

  test("after a parameter is stored early, its new value is loaded", () => {
    const rule = "p = p - lr * g; p = p / norm(p)";
    const program = compile(optimizer({ rule })());
    expect(passes(program)).toEqual(["g p -> tensor norm", "g p -> p"]);
    const kept = compile(
      chain(
        sgd(),
        defineTransform({
          name: "unit",
          hyper: {},
          state: { length: 0 },
          rule: "length = norm(p) + p",
        })(),
      ),
    );
    expect(passes(kept)).toEqual(["g p -> p, tensor norm", "p -> unit.length"]);
  });

  test("a state is not overwritten before another state has read its old value", () => {
    // b takes a's old value, after the pass that could already store the new a.
    const rule = "x = a; a = g; b = x * norm(g); u = b";
    const program = compile(optimizer({ state: { a: 0, b: 0 }, rule })());
    expect(passes(program)).toEqual(["g -> tensor norm", "g p test.a -> p, test.a, test.b"]);
  });
});

describe("the guard", () => {
  test("is the sum of g * 0 in the first pass, and nothing is stored up to the end of that pass", () => {
    const program = compile(adam(), true);
    expect(showNode(program.guard!)).toBe("global:sum(((g * g) * 0))");
    expect(passes(program)).toEqual(["g -> global sum", "g p adam.m adam.v -> p, adam.m, adam.v"]);
  });

  test("shares the pass of a rule's own first reduction", () => {
    const program = compile(chain(clip(), adam()), true);
    expect(passes(program)).toEqual([
      "g -> global norm, global sum",
      "g p adam.m adam.v -> p, adam.m, adam.v",
    ]);
    expect(bytes(program)).toBe(bytes(compile(chain(clip(), adam()), false)));
  });

  test("checks the gradients even if the rule does not read them", () => {
    const program = compile(optimizer({ rule: "p = p - lr * p" })(), true);
    expect(passes(program)).toEqual(["g -> global sum", "p -> p"]);
  });

  test("is there only if it is asked for", () => {
    expect(compile(adam()).guard).toBeUndefined();
  });

  test("changes no value", () => {
    for (const rule of [adam(), lamb(), chain(clip(), adam(), average())]) {
      const stored = (guard: boolean) =>
        loopsOf(compile(rule, guard))
          .flatMap(({ loop }) => loop.stores)
          .map(({ slot, value }) => `${slot}: ${showNode(value)}`)
          .sort();
      expect(stored(true)).toEqual(stored(false));
    }
  });
});

describe("the norm of all gradients", () => {
  test("is reported if the rule takes the norm of the unchanged g", () => {
    expect(compile(chain(clip(), sgd())).gradientNorm).toBeDefined();
    expect(compile(optimizer({ rule: "u = g / globalNorm(g)" })()).gradientNorm).toBeDefined();
  });

  test("and not if it takes the norm of something else", () => {
    for (const rule of [
      "u = g / norm(g)",
      "g = 2 * g; u = g / globalNorm(g)",
      "u = g / globalNorm(p)",
    ]) {
      expect(compile(optimizer({ rule })()).gradientNorm, rule).toBeUndefined();
    }
    // The second clip sees the gradients that the first one has changed.
    const twice = compile(chain(clip(), clip(), sgd()));
    expect(showNode(twice.gradientNorm!.reduction)).toBe("global:norm(g)");
  });
});
