import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { direction, type Source, unchecked } from "../../../tests/support/rules.ts";
import { showNode, showStores, simplified } from "../../../tests/support/show.ts";
import type { HyperValue } from "../definition.ts";
import { staticsOf } from "../planning/prepare.ts";
import { compose } from "./compose.ts";
import { GraphBuilder, type Node, reachable } from "./graph.ts";
import { isHost } from "./kinds.ts";
import { decider, simplify } from "./simplify.ts";

const ruleOf = (source: Source | string) =>
  unchecked(typeof source === "string" ? { rule: source } : source)();

/** The stores with these hyperparameters, the others at their defaults. */
function stored(source: Source | string, hyper: Record<string, HyperValue> = {}) {
  const rule = ruleOf(source);
  const values = Object.entries({ ...rule.parts[0]!.hyper, ...hyper });
  const named = new Map(values.map(([name, value]) => [`test.${name}`, value]));
  return showStores(simplify(compose(rule), staticsOf(named)));
}

const simplifiedDirection = (text: string) => {
  const { p } = simplified(ruleOf(`u = ${text}`));
  return p.slice("(p - (test.lr * ".length, -2);
};

describe("division by a uniform", () => {
  test("is multiplication by its reciprocal", () => {
    expect(simplifiedDirection("g / lr")).toBe("(g * (1 / test.lr))");
    expect(simplifiedDirection("g / (1 - lr ^ t)")).toBe("(g * (1 / (1 - power(test.lr, t))))");
    expect(simplifiedDirection("sqrt(g) / size")).toBe("(sqrt(g) * (1 / size))");
  });

  test("by a constant as well", () => {
    expect(simplifiedDirection("g / 3")).toBe(`(g * ${1 / 3})`);
    expect(simplifiedDirection("g / 3 / lr")).toBe(`((g * ${1 / 3}) * (1 / test.lr))`);
  });

  test("is kept if the divisor is not uniform", () => {
    for (const text of ["g / p", "lr / g", "1 / g", "g / norm(g)", "(g * lr) / (p * lr)"]) {
      expect(simplifiedDirection(text)).toBe(direction(`u = ${text}`));
    }
  });

  test("is kept on the host, which divides in float64", () => {
    for (const text of ["lr / t", "norm(g) / lr", "mean(g)", "2 / 3 * lr / t"]) {
      expect(simplifiedDirection(text)).toBe(direction(`u = ${text}`));
    }
  });

  test("is kept under floor, and so in remainders", () => {
    expect(simplifiedDirection("floor(g / lr)")).toBe("floor((g / test.lr))");
    expect(simplifiedDirection("g % 49")).toBe("(g - (49 * floor((g / 49))))");
    // Outside of floor, the same quotient still becomes a product.
    expect(simplifiedDirection("floor(g / lr) + g / lr")).toBe(
      "(floor((g / test.lr)) + (g * (1 / test.lr)))",
    );
    expect(simplifiedDirection("floor(g / 3 / lr)")).toBe(`floor(((g * ${1 / 3}) / test.lr))`);
  });
});

describe("a condition that cannot change", () => {
  const rule = "u = where(flag, g, p)";

  test("is decided", () => {
    expect(stored({ hyper: { flag: true }, rule }).p).toBe("(p - (test.lr * g))");
    expect(stored({ hyper: { flag: false }, rule }).p).toBe("(p - (test.lr * p))");
  });

  test("may be any expression of hyperparameters and constants", () => {
    const source = { hyper: { a: 0 }, rule: "u = where(2 * a + 1 > lr ^ 2, g, p)" };
    expect(stored(source, { lr: 1 }).p).toBe("(p - (test.lr * p))");
    expect(stored(source, { lr: 0.9 }).p).toBe("(p - (test.lr * g))");
    expect(stored("u = where(1 < 2, g, p)").p).toBe("(p - (test.lr * g))");
    const nested = { hyper: { flag: true, a: 1 }, rule: "u = where(where(flag, a, 2) == 1, g, p)" };
    expect(stored(nested).p).toBe("(p - (test.lr * g))");
    const larger = { hyper: { a: 0 }, rule: "u = where(max(a, -1) == 0, g, p)" };
    expect(stored(larger).p).toBe("(p - (test.lr * g))");
    const nan = { hyper: { a: 0 }, rule: "u = where(a / a == a / a, g, p)" };
    expect(stored(nan).p).toBe("(p - (test.lr * p))");
  });

  test("is kept if a schedule, the step, a tensor or an element decides it", () => {
    const schedule = (step: number) => step;
    const source = { hyper: { a: 0 }, rule: "u = where(a == 0, g, p)" };
    expect(stored(source, { a: schedule }).p).toContain("select((test.a == 0), g, p)");
    for (const condition of ["t == 1", "rows > 1", "size > lr", "norm(g) > 1", "g > 0"]) {
      expect(stored(`u = where(${condition}, g, p)`).p).toContain("select(");
    }
  });

  test("may leave a uniform, which makes a division a product", () => {
    const rule = "u = g / where(flag, lr, p)";
    expect(stored({ hyper: { flag: true }, rule }).p).toBe("(p - (test.lr * (g * (1 / test.lr))))");
    expect(stored({ hyper: { flag: false }, rule }).p).toBe("(p - (test.lr * (g / p)))");
  });

  test("is found after a long chain of locals without repeated work", () => {
    const lines = Array.from({ length: 500 }, () => "a = a * a + a").join("\n");
    // If each line were to look at the earlier lines again, this would never end.
    expect(stored(`a = lr\n${lines}\nu = where(a > 1, g, p)`).p).toBe("(p - (test.lr * g))");
  });

  test("can be asked about", () => {
    const select = compose(ruleOf({ hyper: { flag: true }, rule }))[0]!.value;
    const decide = decider(staticsOf(new Map([["test.flag", true]])));
    const flag = reachable([select]).find(showing("test.flag"))!;
    expect(decide(flag)).toBe(1);
    expect(decide(select)).toBeUndefined();
    expect(decider(new Map())(flag)).toBeUndefined();
  });
});

describe("a sum with an option that stays 0", () => {
  const rule = "u = sqrt(g + a) + 2 * a";

  test("is its other term", () => {
    expect(stored({ hyper: { a: 0 }, rule }).p).toBe("(p - (test.lr * (sqrt(g) + (2 * test.a))))");
    expect(stored({ hyper: { a: 0 }, rule: "u = a + g" }).p).toBe("(p - (test.lr * g))");
  });

  test("is kept if a schedule or a tensor may change the option, or if the text has the 0", () => {
    const whole = "(p - (test.lr * (sqrt((g + test.a)) + (2 * test.a))))";
    expect(stored({ hyper: { a: 1 }, rule }).p).toBe(whole);
    expect(stored({ hyper: { a: 0 }, rule }, { a: () => 0 }).p).toBe(whole);
    expect(stored({ hyper: { a: 0 }, rule: "u = g + a * p" }).p).toContain("(g + (test.a * p))");
    expect(stored("u = g + 0").p).toContain("(g + 0)");
  });
});

function showing(text: string): (node: Node) => boolean {
  return (node) => showNode(node) === text;
}

describe("state", () => {
  const names = (source: Source, hyper: Record<string, HyperValue> = {}) =>
    Object.keys(stored(source, hyper)).map((slot) => slot.replace("test.", ""));

  test("that fed something before the switches were decided, and feeds nothing now, is dropped", () => {
    const source: Source = {
      hyper: { amsgrad: false },
      state: { v: 0, w: 0 },
      rule: "v = v + g^2; w = max(w, v); u = g / sqrt(where(amsgrad, w, v))",
    };
    expect(names(source)).toEqual(["p", "v"]);
    expect(names(source, { amsgrad: true })).toEqual(["p", "v", "w"]);
  });

  test("that fed only such a state is dropped with it", () => {
    const source: Source = {
      hyper: { on: false },
      state: { a: 0, b: 0 },
      rule: "a = a + g; b = b + a; u = where(on, b, g)",
    };
    expect(names(source)).toEqual(["p"]);
    expect(names(source, { on: true })).toEqual(["p", "a", "b"]);
  });

  test("that never fed anything is kept, because users may read it", () => {
    const source: Source = {
      hyper: { on: false },
      state: { average: "p", count: 0 },
      rule: "u = where(on, g, 2 * g); average = average + p; count = count + 1",
    };
    expect(names(source)).toEqual(["p", "average", "count"]);
  });

  test("that feeds a state which users may read is kept", () => {
    const source: Source = {
      hyper: { on: false },
      state: { a: 0, b: 0 },
      rule: "a = a + g; b = b + a; u = where(on, a, g)",
    };
    expect(names(source)).toEqual(["p", "a", "b"]);
  });

  test("that needs only its own old value when momentum is zero is dropped, if it stays zero", () => {
    const source: Source = {
      hyper: { momentum: 0 },
      state: { b: 0 },
      rule: "b = momentum * b + g; u = where(momentum == 0, g, b)",
    };
    expect(names(source)).toEqual(["p"]);
    expect(names(source, { momentum: (step) => step })).toEqual(["p", "b"]);
  });
});

describe("nothing else is rewritten", () => {
  /** Tempting simplifications, each of which would change the result for some value. */
  test.each([
    ["g + 0", "-0"],
    ["g * 1", "the order of roundings"],
    ["g * 0", "infinities and NaN"],
    ["g - g", "infinities and NaN"],
    ["0 - g", "zeros"],
    ["-(-g)", "nothing, but it is not on the list"],
    ["g / g", "zeros and NaN"],
    ["(g + p) - p", "rounding"],
    ["g * 2 * 3", "overflow"],
    ["g * (2 * lr)", "rounding"],
    ["2 * lr * g + 3 * lr * g", "rounding"],
    ["g * lr + p * lr", "rounding"],
    ["sqrt(g) * sqrt(g)", "rounding"],
    ["sqrt(g * g)", "overflow"],
    ["g / lr * lr", "rounding"],
    ["where(g > 0, g, g)", "nothing, but it is not on the list"],
    ["min(g, g)", "nothing, but it is not on the list"],
  ])("%s (it would change %s)", (text) => {
    const written = direction(`u = ${text}`);
    expect(simplifiedDirection(text)).toBe(written.replace("(g / test.lr)", "(g * (1 / test.lr))"));
  });

  const leaves = ["g", "p", "m", "lr", "t", "2", "0.3", "norm(g)", "size"];
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 6, depthSize: "medium" },
      fc.constantFrom(...leaves),
      fc
        .tuple(tie("expression"), fc.constantFrom("+", "-", "*", "/", "^", "%"), tie("expression"))
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      fc
        .tuple(
          fc.constantFrom("sqrt", "abs", "exp", "floor", "sum", "globalNorm", "-"),
          tie("expression"),
        )
        .map(([name, a]) => `${name}(${a})`),
      fc
        .tuple(tie("expression"), tie("expression"), tie("expression"))
        .map(([a, b, c]) => `where(${a} < t, max(${b}, ${c}), ${a})`),
    ),
  }));

  /** The graph rebuilt with only this one rewriting. */
  function expected(roots: readonly Node[]): string[] {
    const graph = new GraphBuilder();
    const built = new Map<number, Node>();
    for (const node of reachable(roots)) {
      const [a, b, ...rest] = node.operands.map(({ id }) => built.get(id)!);
      const quotient = node.form === "element" && node.operator === "divide";
      const floored =
        node.form === "element" && node.operator === "floor" ? node.operands[0] : undefined;
      const operands = [a, b, ...rest].filter((each) => each !== undefined);
      if (floored?.form === "element" && floored.operator === "divide") {
        const [c, d] = floored.operands.map(({ id }) => built.get(id)!);
        built.set(node.id, graph.element("floor", graph.element("divide", c!, d!)));
      } else if (quotient && b!.kind === "uniform" && !isHost(a!.kind)) {
        const reciprocal = graph.element("divide", graph.constant(1), b!);
        built.set(node.id, graph.element("multiply", a!, reciprocal));
      } else {
        built.set(node.id, graph.copy(node, operands));
      }
    }
    return roots.map((root) => showNode(built.get(root.id)!));
  }

  test("in any expression, shared parts or not", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        const rule = ruleOf({ state: { m: 0 }, rule: `m = ${a}; u = ${b} + m` });
        const stores = compose(rule);
        // No hyperparameter is known, so no condition can be decided.
        const after = simplify(stores, new Map());
        expect(after.map(({ value }) => showNode(value))).toEqual(
          expected(stores.map(({ value }) => value)),
        );
      }),
      runs(500),
    );
  });
});
