/** What may stand where one types. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { givenNames, localsIn, type Names } from "./names.ts";

/** All names that a rule may have at a place, with what each is. */
export function namesToComplete(text: string, names: Names): readonly Completion[] {
  const plain =
    (type: string, detail: string) =>
    (label: string): Completion => ({
      ...{ label, type, detail },
    });
  return [
    ...Object.entries(givenNames).map(([name, detail]) => plain("given", detail)(name)),
    ...names.hyper.map(plain("hyper", "hyperparameter")),
    ...names.state.map(plain("state", "state")),
    ...localsIn(text, names).map(plain("local", "a line of this rule")),
    ...names.functions.map(({ name, operands }) => ({
      ...{ label: name, type: "function", detail: `(${operands.join(", ")})` },
      apply: operands.length === 0 ? `${name}()` : `${name}(`,
    })),
  ];
}

export const completionsOf =
  (names: () => Names) =>
  (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (word === null && !context.explicit) return null;
    const before = context.state.doc
      .lineAt(context.pos)
      .text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
    if (before.includes("#")) return null;
    return {
      from: word?.from ?? context.pos,
      options: [...namesToComplete(context.state.doc.toString(), names())],
      validFor: /^\w*$/,
    };
  };
