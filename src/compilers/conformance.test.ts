/** Operator by operator, what every compiler must do in the same way. Reductions are in
 * reductions.test.ts, whole rules in random.test.ts. */
import { describe, expect, test } from "vitest";
import { copySign } from "../../tests/seams/operator.ts";
import { backends, elementTypes, rounding } from "../../tests/support/backends.ts";
import { expectSameBits } from "../../tests/support/bits.ts";
import { programFor, runProgram } from "../../tests/support/kernels.ts";
import { special } from "../../tests/support/special.ts";
import {
  type DirectOperator,
  type ElementOperator,
  elementOperators,
} from "../rule/graph/operators.ts";
import { defineOperator } from "./defineOperator.ts";

defineOperator(copySign);

const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));

/**
 * A second definition of each operator: in JavaScript, for numbers of the type. Types make sure that no operator is missing.
 * The library's functions, and the operators that only they use, have their own tests.
 */
const comparing = {
  less: (a, b) => a < b,
  lessOrEqual: (a, b) => a <= b,
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
} satisfies Partial<Record<DirectOperator, (a: number, b: number) => boolean>>;
type Numeric = Exclude<DirectOperator, keyof typeof comparing | "select">;
const numeric: Readonly<Record<Numeric, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  negate: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};
const fromOutside = { [copySign.name]: copySign.evaluate };

describe.each(backends)("$name", (compiler) => {
  describe.each(elementTypes)("%s", (type) => {
    const round = rounding[type];
    const p = pairs.map(([a]) => round(a));
    const g = pairs.map(([, b]) => round(b));
    const inputs = { type, length: pairs.length, slots: { p, g } };
    const at = (name: string) => (i: number) => `${name}(${p[i]}, ${g[i]})`;

    test.each(Object.entries({ ...numeric, ...fromOutside }))(
      "%s of special values is rounded once",
      (name, evaluate) => {
        const operator = name as ElementOperator;
        const arity = elementOperators[operator].operands.length;
        const program = programFor((graph, slot) => ({
          out: graph.element(operator, ...[slot("p"), slot("g")].slice(0, arity)),
        }));
        const { slots } = runProgram(compiler, program, inputs);
        expectSameBits(
          slots["out"]!,
          p.map((a, i) => round(evaluate(a, g[i]!))),
          at(name),
        );
      },
    );

    test.each(Object.entries(comparing))("%s compares special values", (name, evaluate) => {
      const program = programFor((graph, slot) => ({
        out: graph.element(
          "select",
          graph.element(name as ElementOperator, slot("p"), slot("g")),
          slot("p"),
          slot("g"),
        ),
      }));
      const { slots } = runProgram(compiler, program, inputs);
      expectSameBits(
        slots["out"]!,
        p.map((a, i) => (evaluate(a, g[i]!) ? a : g[i]!)),
        at(name),
      );
    });

    test("select also takes a condition from the host", () => {
      const program = programFor((graph, slot) => ({
        out: graph.element("select", graph.hyper("on", "boolean"), slot("p"), slot("g")),
      }));
      for (const [on, chosen] of [
        [1, p],
        [0, g],
      ] as const) {
        const { slots } = runProgram(compiler, program, { ...inputs, hyper: { on } });
        expectSameBits(slots["out"]!, chosen, `on = ${on}`);
      }
    });

    test("constants and host values are rounded to the type", () => {
      for (const value of special) {
        const program = programFor((graph, slot) => ({
          out: graph.element("multiply", slot("p"), graph.constant(value)),
          other: graph.element("multiply", slot("p"), graph.hyper("x", "number")),
          constant: graph.constant(value),
          host: graph.hyper("x", "number"),
        }));
        const some = { type, length: 5, slots: { p: [1, -1, 3, 0, 1e-5].map(round) } };
        const { slots } = runProgram(compiler, program, { ...some, hyper: { x: value } });
        const expected = some.slots.p.map((a) => round(a * round(value)));
        expectSameBits(slots["out"]!, expected, `p * ${value}`);
        expectSameBits(slots["other"]!, expected, `p * x, x = ${value}`);
        expectSameBits(slots["constant"]!, Array(5).fill(round(value)), `${value}`);
        expectSameBits(slots["host"]!, Array(5).fill(round(value)), `x = ${value}`);
      }
    });

    test("an expression rounds after each operator, and fuses no operators", () => {
      const program = programFor((graph, slot) => {
        const product = graph.element("multiply", slot("p"), slot("p"));
        return { out: graph.element("subtract", product, slot("g")) };
      });
      // a * a - round(a * a) is 0 if the product is rounded, and its rounding error if it is not.
      const a = Array.from({ length: 100 }, (_, i) => round(1 + (2 * i + 1) * 1e-4));
      const slots = { p: a, g: a.map((value) => round(value * value)) };
      const found = runProgram(compiler, program, { type, length: 100, slots });
      expectSameBits(found.slots["out"]!, Array(100).fill(0), "a * a - round(a * a)");
    });

    test("a slot that is loaded and stored gets a value computed from its old one", () => {
      const program = programFor((graph, slot) => ({
        p: slot("g"),
        m: graph.element("add", slot("p"), slot("m")),
      }));
      const given = { p: [1, 2, 3], g: [4, 5, 6], m: [10, 20, 30] };
      const { slots } = runProgram(compiler, program, { type, length: 3, slots: given });
      expect(slots).toMatchObject({ p: { 0: 4, 1: 5, 2: 6 }, m: { 0: 11, 1: 22, 2: 33 } });
    });
  });
});
