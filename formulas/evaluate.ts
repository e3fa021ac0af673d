/** Evaluates a formula, with or without derivatives, by walking its tree. A formula is never run as code. */
import type { Expression } from "gradus/rule";
import { chainOf } from "../src/rule/language/chain.ts";
import { constants, functions, type NumberFunction, operators } from "./functions.ts";

/** Numbers by name. */
export type Scope = Readonly<Record<string, number>>;

/** @param scope values of all names in the expression, except constants */
export function evaluate(expression: Expression, scope: Scope): number {
  switch (expression.form) {
    case "number":
      return expression.value;
    case "name":
      return scope[expression.name] ?? constants[expression.name]!;
    case "negation":
      return -evaluate(expression.operand, scope);
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return links.reduce(
        (left, { symbol, right }) => operators[symbol].value(left, evaluate(right, scope)),
        evaluate(first, scope),
      );
    }
    case "call": {
      const { value } = functions[expression.callee]!;
      return value(...expression.operands.map((each) => evaluate(each, scope)));
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
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return links.reduce(
        (left, { symbol, right }) =>
          chained(operators[symbol], [left, differentiate(right, scope, names)], names),
        differentiate(first, scope, names),
      );
    }
    case "call":
      return chained(
        functions[expression.callee]!,
        expression.operands.map((each) => differentiate(each, scope, names)),
        names,
      );
  }
}

/** Applies the chain rule to a function of operands with known derivatives. */
function chained(
  { value, slopes }: NumberFunction,
  operands: readonly Differentiated[],
  names: readonly string[],
): Differentiated {
  const values = operands.map((each) => each.value);
  const outer = slopes.map((slope) => slope(...values));
  return {
    value: value(...values),
    // An operand that does not depend on a name adds nothing, even if the slope is infinite.
    slopes: names.map((_, k) =>
      operands.reduce(
        (sum, each, i) => (each.slopes[k] === 0 ? sum : sum + outer[i]! * each.slopes[k]!),
        0,
      ),
    ),
  };
}
