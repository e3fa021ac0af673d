/** Expressions with resolved names: each leaf is a value, not a name. */
import { chainOf } from "../language/chain.ts";
import type { BinarySymbol } from "../language/syntax.ts";

export type Term<V> =
  | { readonly form: "number"; readonly value: number }
  | { readonly form: "variable"; readonly variable: V }
  | { readonly form: "negation"; readonly operand: Term<V> }
  | {
      readonly form: "binary";
      readonly symbol: BinarySymbol;
      readonly left: Term<V>;
      readonly right: Term<V>;
    }
  | { readonly form: "call"; readonly callee: string; readonly operands: readonly Term<V>[] };

/** The same expression with other leaves. */
export function substitute<V, W>(term: Term<V>, leaf: (variable: V) => Term<W>): Term<W> {
  switch (term.form) {
    case "number":
      return term;
    case "variable":
      return leaf(term.variable);
    case "negation":
      return { form: "negation", operand: substitute(term.operand, leaf) };
    case "binary": {
      const [first, links] = chainOf<Term<V>>(term);
      return links.reduce<Term<W>>(
        (left, { symbol, right }) => ({
          ...{ form: "binary", symbol, left, right: substitute(right, leaf) },
        }),
        substitute(first, leaf),
      );
    }
    case "call":
      return { ...term, operands: term.operands.map((operand) => substitute(operand, leaf)) };
  }
}

/** The values that an expression reads, in the order of the text, with repetitions. */
export function leavesOf<V>(term: Term<V>): V[] {
  const leaves: V[] = [];
  substitute(term, (variable) => {
    leaves.push(variable);
    return { form: "variable", variable };
  });
  return leaves;
}
