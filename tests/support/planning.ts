/** Runs all stages before a rule's first step in all backends, and generates long rules for them. */
import fc from "fast-check";
import { compileProgram } from "../../src/compilers/wgsl/compiler.ts";
import { latex } from "../../src/explain/index.ts";
import { defineOptimizer, javascript, optimize, parameters, type Rule } from "../../src/index.ts";
import { explain } from "../../src/rule/explain/explain.ts";
import { defaultHyper } from "../../src/rule/hyper.ts";

const net = () => parameters({ w: [4, 3] });

/** @throws {RuleError} if the rule is refused */
export function planEverywhere(rule: Rule): void {
  for (const backend of [undefined, javascript]) {
    optimize(net(), rule, backend && { backend }).dispose();
  }
  const program = rule.planner.step(rule, defaultHyper(rule), true, true);
  compileProgram(program, { parameter: "float32", gradient: "float32" }, 4);
  latex(rule);
  String(explain(rule));
}

/** The planners of a rule. */
export const waysToPlan: readonly (readonly [string, (rule: Rule) => unknown])[] = [
  ["WebAssembly", (rule) => optimize(net(), rule)],
  ["JavaScript", (rule) => optimize(net(), rule, { backend: javascript })],
  ["WebGPU", (rule) => rule.planner.step(rule, defaultHyper(rule), true, true)],
  ["explain", explain],
];

/** Lines that read and assign the locals a to d, the condition k and the states m, r and s; # is a number unique to the line. */
const lines = [
  ...["a = a * norm(a)", "b = b + norm(a * #)", "a = a / rowNorm(b)", "b = b / colNorm(a)"],
  ...[
    "a = a + a",
    "b = a * a",
    "a = b^2 - b^0.3",
    "c = c * lr + #",
    "c = c / (1 - lr^t)",
    "a = a / lr",
  ],
  ...["m = 0.9 * m + a", "a = a + m / norm(m)", "s = s + globalSum(b)", "r = r + colSum(a * b)"],
  ...["a = where(k, a, b)", "k = where(k, c, s) > where(k, s, #)", "k = a > b", "b = b * s * r"],
  ...[
    "a = a + randomNormal() * c",
    "a = matmul(a, transpose(b))\na = matmul(a, b)",
    "b = sign(a) * amax(b)",
  ],
  ...["d# = a", "a = a - d1", "c = max(c, t) % #", "a = a * mean(b) / rootMeanSquare(g)"],
];
const line = fc.constantFrom(...lines);

/** Rules that repeat a few lines, up to the largest allowed length. */
export const longRules = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 19_000 }))
  .map(([some, length]) => {
    let text = "a = g\nb = g + p\nc = lr\nk = a > b\nd1 = g\n";
    for (let count = 0; text.length < length; count++) {
      text += `${some[count % some.length]!.replaceAll("#", String(1 + (count % 50)))}\n`;
    }
    return `${text}m = m + a\nr = r + c\ns = s + c\nu = where(k, a, b)`;
  });

export const longRule = (rule: string): Rule =>
  defineOptimizer({
    name: "long",
    hyper: { lr: 0.1 },
    state: { m: 0, r: { kind: "row", initial: 0 }, s: { kind: "scalar", initial: 1 } },
    rule,
  })();
