/** Evaluates a formula, with or without derivatives, by walking its tree. A formula is never run as code. */
import type { Expression } from "gradus/rule";
import { constants, functions, type NumberFunction, operators } from "./functions.ts";

/** Numbers by name. */
export type Scope = Readonly<Record<string, number>>;

const operandsOf = (
  expression: Expression & { readonly form: "binary" | "call" },
): readonly [NumberFunction, readonly Expression[]] =>
  expression.form === "binary"
    ? [operators[expression.symbol], [expression.left, expression.right]]
    : [functions[expression.callee]!, expression.operands];

/** @param scope values of all names in the expression, except constants */
export function evaluate(expression: Expression, scope: Scope): number {
  switch (expression.form) {
    case "number":
      return expression.value;
    case "name":
      return scope[expression.name] ?? constants[expression.name]!;
    case "negation":
      return -evaluate(expression.operand, scope);
    default: {
      const [{ value }, operands] = operandsOf(expression);
      return value(...operands.map((each) => evaluate(each, scope)));
    }
  }
}

/** A value, with its derivatives by some names, in the order of the names. */
export interface Differentiated {
  readonly value: number;
  readonly slopes: readonly number[];
}

/** Evaluates with exact derivatives: the chain rule, from the leaves up. */
export function differentiate(
  expression: Expression,
  scope: Scope,
  names: readonly string[],
): Differentiated {
  switch (expression.form) {
    case "number":
      return { value: expression.value, slopes: names.map(() => 0) };
    case "name": {
      const slopes = names.map((name) => Number(name === expression.name));
      return { value: evaluate(expression, scope), slopes };
    }
    case "negation": {
      const { value, slopes } = differentiate(expression.operand, scope, names);
      return { value: -value, slopes: slopes.map((slope) => -slope) };
    }
    default: {
      const [{ value, slopes }, operands] = operandsOf(expression);
      const inner = operands.map((each) => differentiate(each, scope, names));
      const values = inner.map((each) => each.value);
      const outer = slopes.map((slope) => slope(...values));
      return {
        value: value(...values),
        // An operand that does not depend on a name adds nothing, even if the slope is infinite.
        slopes: names.map((_, k) =>
          inner.reduce(
            (sum, each, i) => (each.slopes[k] === 0 ? sum : sum + outer[i]! * each.slopes[k]!),
            0,
          ),
        ),
      };
    }
  }
}
