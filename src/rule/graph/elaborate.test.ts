import { describe, expect, it, test } from "vitest";
import {
  direction,
  errorOf,
  message,
  optimizer,
  type Source,
  transform,
} from "../../../tests/support/rules.ts";
import { composed } from "../../../tests/support/show.ts";
import { functions } from "../language/functions.ts";

describe("names", () => {
  test("g, p, t, rows, cols, size, hyperparameters, state and locals have values", () => {
    const rule = "x = g + p; u = x + t + rows + cols + size + a + m; m = x";
    expect(direction({ hyper: { a: 1 }, state: { m: 0 }, rule })).toBe(
      "(((((((g + p) + t) + rows) + cols) + size) + test.a) + test.m)",
    );
  });

  test("a state has its old value until it is assigned, and its new value after that", () => {
    const rule = "a = m; m = 2 * m; u = a + m";
    const { p, "test.m": m } = composed(optimizer({ state: { m: 0 }, rule })());
    expect(p).toBe("(p - (test.lr * (test.m + (2 * test.m))))");
    expect(m).toBe("(2 * test.m)");
  });

  test("g, p and locals may be assigned repeatedly", () => {
    expect(direction("g = 2 * g; g = g + 1; x = g; x = x * x; u = x")).toBe(
      "(((2 * g) + 1) * ((2 * g) + 1))",
    );
  });

  it.each([
    [
      "an unknown name gets the nearest known one",
      "u = beta3 * g",
      5,
      "`beta3`; did you mean `beta2`?",
    ],
    ["and is not told what nothing is near to", "u = momentum * g", 5, "`momentum`"],
    ["whatever its case", "u = Beta2 * g", 5, "`Beta2`; did you mean `beta2`?"],
    ["neighbours may be swapped", "u = btea2 * g", 5, "`btea2`; did you mean `beta2`?"],
    ["locals are known from their line on", "u = xy * g; xz = 1", 5, "`xy`"],
    ["locals are suggested too", "xyz = 1; u = xyy * g", 14, "`xyy`; did you mean `xyz`?"],
  ])("%s", (_, rule, column, problem) => {
    const state = { m: 0 };
    const hyper = { beta1: 0, beta2: 0 };
    expect(message({ hyper, state, rule }, column)).toBe(`unknown name ${problem}`);
  });

  test("u has no value before it is assigned", () => {
    expect(message("u = 2 * u", 9)).toBe(
      "`u` has no value yet: no rule before this line assigns it",
    );
    expect(direction("u = g; u = 2 * u")).toBe("(2 * g)");
  });

  test("a transform may read u, since it may come after an optimizer", () => {
    expect(() => transform({ rule: "u = 2 * u" })).not.toThrow();
  });

  test("functions are not values, and values are not functions", () => {
    expect(message("u = sqrt", 5)).toBe("`sqrt` is a function: `sqrt(x)`");
    expect(message("u = 2 * clamp", 9)).toBe("`clamp` is a function: `clamp(x, low, high)`");
    expect(message("u = g(1 + t)", 5)).toBe(
      "`g` is a value, not a function; write `*` to multiply",
    );
    expect(message("u = sqr(g)", 5)).toBe("unknown function `sqr`; did you mean `sqrt`?");
    expect(message("u = quicksort(g)", 5)).toBe("unknown function `quicksort`");
  });

  test("for names of other libraries, the error gives the rule's name", () => {
    expect(message("u = pow(g, 2)", 5)).toBe("unknown function `pow`; write `a ^ b`");
    expect(message("u = tanh(g)", 5)).toMatch(/; write `1 - 2 \/ \(exp\(2 \* x\) \+ 1\)`$/);
    expect(message("u = grad", 5)).toBe("unknown name `grad`; a rule calls it `g`");
    expect(message("u = g / Step", 9)).toBe("unknown name `Step`; a rule calls it `t`");
    // It means `u`, which is suggested only after something assigns it.
    expect(message("u = update", 5)).toBe("unknown name `update`");
  });

  test("names that every JavaScript object has are unknown, too", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(message(`u = ${name}`, 5)).toBe(`unknown name \`${name}\``);
      expect(message(`u = ${name}(g)`, 5)).toBe(`unknown function \`${name}\``);
    }
  });
});

describe("assignments", () => {
  test("hyperparameters, facts and functions cannot be assigned", () => {
    expect(message("lr = 2; u = g", 1)).toBe("`lr` is a hyperparameter; a rule cannot assign it");
    for (const name of ["t", "rows", "cols", "size", "sqrt", "where", "norm"]) {
      expect(message(`u = g; ${name} = 2`, 8)).toBe(
        `\`${name}\` is a reserved name; choose another one`,
      );
    }
  });

  test("each state is assigned", () => {
    const error = errorOf(() => optimizer({ state: { m: 0, v: 0 }, rule: "m = g\nu = m + v" }));
    expect(error.message).toBe(
      "test: line 2, column 10: the state `v` is never assigned\n  u = m + v\n           ^",
    );
  });

  test("a state that starts from an expression may keep its initial value, if it is read", () => {
    expect(() => optimizer({ state: { p0: "p" }, rule: "u = g + p - p0" })).not.toThrow();
    const unread = errorOf(() => optimizer({ state: { p0: "p" }, rule: "u = g" }));
    expect(unread.message).toContain("the state `p0` is never assigned");
  });

  test("each hyperparameter is used", () => {
    const rule = "u = g";
    const error = errorOf(() => optimizer({ hyper: { beta: 0 }, rule }));
    expect(error.message).toBe(
      "test: line 1, column 6: the hyperparameter `beta` is never used\n  u = g\n       ^",
    );
    // The learning rate is used where the direction is applied. If no direction is applied, it is unused.
    expect(() => optimizer({ rule })).not.toThrow();
    expect(message("p = p - g", 10)).toBe("the hyperparameter `lr` is never used");
    // Hyperparameters in a state's initial value are used, too.
    const start = { state: { m: "beta * p" }, rule: "m = g; u = m" };
    expect(() => optimizer({ hyper: { beta: 0 }, ...start })).not.toThrow();
    expect(message({ hyper: { bet: 0 }, ...start, state: { m: "2" } }, 13)).toBe(
      "the hyperparameter `bet` is never used",
    );
  });

  test("an optimizer assigns u or p", () => {
    expect(message("g = lr * g", 11)).toBe(
      "an optimizer assigns `u`, the direction, or `p` itself; this one assigns neither: write `u = ...`, and `p = p - lr * u` is applied",
    );
    // This is reported first. Without a direction `lr` is unused, too, but that is not the cause.
    expect(message({ state: { m: 0 }, rule: "m = 0.9 * m + g" }, 16)).toMatch(
      /^an optimizer assigns/,
    );
    expect(() => optimizer({ rule: "p = p - lr * g" })).not.toThrow();
    expect(() => transform({ rule: "g = 2 * g" })).not.toThrow();
  });
});

describe("declarations", () => {
  const declared = (source: Source) => errorOf(() => optimizer(source)).message;

  it.each(["g", "u", "p", "t", "rows", "cols", "size", "match", "sqrt", "where", "orthogonalize"])(
    "%s is no name for state or hyperparameters",
    (name) => {
      const problem = `\`${name}\` is a reserved name; state and hyperparameters need other names`;
      expect(declared({ hyper: { [name]: 1 }, rule: "u = g" })).toContain(problem);
      expect(declared({ state: { [name]: 0 }, rule: "u = g" })).toContain(problem);
    },
  );

  it.each(["1st", "a-b", "", "m.v", "β", "a b"])("%j is not a valid name", (name) => {
    const problem = `\`${name}\` is not a valid name: use letters, digits and _, and do not start with a digit`;
    expect(declared({ hyper: { [name]: 1 }, rule: "u = g" })).toContain(problem);
    expect(declared({ state: { [name]: 0 }, rule: "u = g" })).toContain(problem);
  });

  test("a name cannot be both a state and a hyperparameter", () => {
    expect(declared({ hyper: { m: 1 }, state: { m: 0 }, rule: "m = g; u = m" })).toContain(
      "`m` is both a hyperparameter and a state",
    );
  });
});

describe("operands", () => {
  test("each function takes as many as it has parameters", () => {
    for (const [name, { parameters }] of Object.entries(functions)) {
      const operands = (count: number) =>
        Array.from({ length: count }, (_, i) => (parameters[i] === "condition" ? "g > 0" : "g"));
      const call = (count: number) => `${name}(${operands(count).join(", ")})`;
      // Some operands may be of the wrong kind, but their number is right.
      const given = () => optimizer({ rule: `u = ${call(parameters.length)}` });
      expect(given, name).not.toThrow(/was given/);
      for (const count of [0, parameters.length - 1, parameters.length + 1, 10]) {
        if (count >= 0 && count !== parameters.length) {
          expect(message(`u = ${call(count)}`, 5)).toBe(
            `\`${name}(${parameters.join(", ")})\` was given ${count} operands`,
          );
        }
      }
    }
  });

  it.each([
    ["u = g > 0", 5],
    ["u = -(g > 0)", 6],
    ["u = (g > 0) + 1", 5],
    ["u = 1 + (g > 0)", 9],
    ["u = (g > 0) == (p > 0)", 5],
    ["u = sqrt(g > 0)", 10],
    ["u = where(g > 0, g > 1, g)", 18],
    ["g = p > 0; u = g", 5],
    ["p = g > 0; u = g", 5],
    ["m = g > 0; u = g", 5],
    ["u = norm(g > 0)", 10],
    ["x = g > 0; u = x * g", 16],
    ["u = nesterov * g", 5],
    ["u = -nesterov", 6],
  ])("%s: a condition is no number", (rule, column) => {
    const hyper = { nesterov: true };
    expect(message({ hyper, state: { m: 0 }, rule }, column)).toBe(
      "a condition is not a number: use it in a `where`",
    );
  });

  it.each([
    ["u = where(g, 1, 2)", 11],
    ["u = where(1, 1, 2)", 11],
    ["x = g + 1; u = where(x, 1, 2)", 22],
    ["u = where(lr, 1, 2)", 11],
  ])("%s: a number is no condition", (rule, column) => {
    expect(message(rule, column)).toBe(
      "a condition must be a comparison or a switch, such as `x > 0`",
    );
  });

  test("comparisons, switches and locals of them are conditions", () => {
    const rule = "big = g > 1; u = where(big, where(nesterov, 1, 2), where(t >= 3, 3, 4))";
    expect(direction({ hyper: { nesterov: true }, rule })).toBe(
      "select((1 < g), select(test.nesterov, 1, 2), select((3 <= t), 3, 4))",
    );
  });
});

describe("a state's initial value", () => {
  const starting = (initial: string) => ({
    state: { m: initial },
    hyper: { a: 1 },
    rule: "m = m + a; u = m",
  });
  const initialError = (initial: string) => errorOf(() => optimizer(starting(initial))).message;

  test("is an expression of p and hyperparameters", () => {
    for (const initial of ["p", "0", "2 * a * p ^ 2", "where(p > 0, a, -a)"]) {
      expect(() => optimizer(starting(initial))).not.toThrow();
    }
  });

  test("and of nothing else; mistakes are found when the rule is defined", () => {
    expect(initialError("q + 1")).toBe(
      "test: line 1, column 11: unknown name `q`\n" + "  initial = q + 1\n" + "            ^",
    );
    expect(initialError("m")).toContain("unknown name `m`");
    expect(initialError("g")).toContain("unknown name `g`");
    expect(initialError("t")).toContain("unknown name `t`");
    expect(initialError("p > 0")).toContain("a condition is not a number");
    expect(initialError("norm(p)")).toContain(
      "the initial value of a state cannot reduce a tensor",
    );
    expect(initialError("transpose(p)")).toContain(
      "the initial value of a state cannot reduce a tensor",
    );
    expect(initialError("p; x = 2")).toContain(
      "the initial value of a state must be one expression",
    );
    expect(initialError("")).toContain("expected a number, a name or `(`");
  });
});
