/** Writes trees and graphs of rules in one line, fully parenthesized, so that tests can compare them. */

import type { Rule } from "../../src/rule/definition.ts";
import { compose } from "../../src/rule/graph/compose.ts";
import type { Node, Store } from "../../src/rule/graph/graph.ts";
import { simplify } from "../../src/rule/graph/simplify.ts";
import { defaultHyper } from "../../src/rule/hyper.ts";
import type { Expression } from "../../src/rule/language/syntax.ts";
import { staticsOf } from "../../src/rule/planning/prepare.ts";

/** `(a + (b * c))` */
export function showExpression(expression: Expression): string {
  switch (expression.form) {
    case "number":
      return String(expression.value);
    case "name":
      return expression.name;
    case "negation":
      return `(-${showExpression(expression.operand)})`;
    case "binary":
      return `(${showExpression(expression.left)} ${expression.symbol} ${showExpression(expression.right)})`;
    case "call":
      return `${expression.callee}(${expression.operands.map(showExpression).join(", ")})`;
  }
}

const symbols: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  less: "<",
  lessOrEqual: "<=",
  equal: "==",
  notEqual: "!=",
};

/** `(p - (sgd.lr * g))` */
export function showNode(node: Node): string {
  const operands = node.operands.map(showNode);
  switch (node.form) {
    case "constant":
      return Object.is(node.value, -0) ? "-0" : String(node.value);
    case "fact":
      return node.name === "sharedAge" ? "T" : node.name;
    case "hyper":
    case "slot":
      return node.name;
    case "reduction":
      return `${node.scope}:${node.operator}(${operands.join(", ")})`;
    case "random":
      return `${node.distribution}()`;
    case "line":
      return `${node.lines === "rows" ? "row" : "col"}${node.operator === "sum" ? "Sum" : "Max"}(${operands.join(", ")})`;
    case "routine":
      return `${node.routine.name}(${operands.join(", ")})`;
    case "element": {
      const symbol = symbols[node.operator];
      return symbol === undefined
        ? `${node.operator}(${operands.join(", ")})`
        : `(${operands.join(` ${symbol} `)})`;
    }
  }
}

/** The stored value of each slot. */
export interface ShownStores {
  readonly p: string;
  readonly [state: string]: string;
}

export function showStores(stores: readonly Store[]): ShownStores {
  const shown = Object.fromEntries(stores.map(({ slot, value }) => [slot, showNode(value)]));
  return { p: "not stored", ...shown };
}

/** What a rule stores, as written. */
export function composed(rule: Rule): ShownStores {
  return showStores(compose(rule));
}

/** What a rule stores with its hyperparameters, simplified. */
export function simplified(rule: Rule): ShownStores {
  return showStores(simplify(compose(rule), staticsOf(defaultHyper(rule))));
}
