/** Small rules for tests, and the errors of wrong ones. */
import { expect } from "vitest";
import { defineOptimizer as trusted } from "../../src/builtIn.ts";
import { defineOptimizer, defineTransform } from "../../src/define.ts";
import type { Definition, HyperDefaults } from "../../src/rule/definition.ts";
import { RuleError } from "../../src/rule/errors.ts";
import { composed } from "./show.ts";

export interface Source {
  readonly hyper?: HyperDefaults;
  readonly state?: NonNullable<Definition["state"]>;
  readonly rule: string;
}

export const optimizer = ({ hyper, state, rule }: Source) =>
  defineOptimizer({ name: "test", hyper: { lr: 1, ...hyper }, state: state ?? {}, rule });

/** The same without a check for senseless formulas, such as the root of a gradient. */
export const unchecked = ({ hyper, state, rule }: Source) =>
  trusted({
    name: "test",
    hyper: { lr: 1, ...hyper },
    state: state ?? {},
    rule,
  });

export const transform = ({ hyper = {}, state = {}, rule }: Source) =>
  defineTransform({ name: "test", hyper, state, rule });

export function errorOf(make: () => unknown): RuleError {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(RuleError);
    return error as RuleError;
  }
  throw new Error("no error");
}

/** The message of a one-line optimizer's error, which must be at that column. */
export function message(source: Source | string, column: number): string {
  const given = typeof source === "string" ? { rule: source } : source;
  const error = errorOf(() => optimizer(given));
  const line = given.rule.split("\n")[error.line - 1]!;
  const [head = "", shown, caret = ""] = error.message.split("\n");
  expect(error.column).toBe(column);
  expect(shown).toBe(`  ${line}`);
  expect(caret.indexOf("^")).toBe(1 + column);
  const start = `test: line ${error.line}, column ${column}: `;
  expect(head.startsWith(start)).toBe(true);
  return head.slice(start.length);
}

/** The value that a rule with this text stores in `p`, with a learning rate of `lr`. */
export const direction = (source: Source | string) => {
  const { p } = composed(unchecked(typeof source === "string" ? { rule: source } : source)());
  expect(p).toMatch(/^\(p - \(test\.lr \* .*\)\)$/);
  return p!.slice("(p - (test.lr * ".length, -2);
};
