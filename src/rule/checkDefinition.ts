/** Checks definitions for mistakes of their authors. */

import { type Definition, type Part, type Role, stateOf } from "./definition.ts";
import { RuleError } from "./errors.ts";
import {
  elaborateRule,
  learningRatePart,
  type Parts,
  sharing,
  updateIndex,
} from "./graph/compose.ts";
import { elaborateEvaluation, elaborateInitial } from "./graph/elaborate.ts";
import { GraphBuilder } from "./graph/graph.ts";
import { withShared } from "./graph/shared.ts";
import { checkSigned } from "./graph/signed.ts";
import { statementsOf } from "./language/statements.ts";
import type { Statement } from "./language/syntax.ts";
import { rangeOf } from "./ranges.ts";
import { scrutiny } from "./scrutiny.ts";

const end = String.raw`(-?inf|-?\d[\d.]*(e-?\d+)?)`;
const interval = new RegExp(String.raw`^(whole )?[[(]${end}, ${end}[\])]$`);

/** @throws {RuleError} where a range is not valid, or does not contain the default */
function checkRanges({ name, hyper, ranges = {} }: Definition): void {
  for (const [key, text] of Object.entries<unknown>(ranges)) {
    const refuse = (problem: string): never => {
      throw new RuleError(name, problem, String(text), { start: 0, end: String(text).length });
    };
    const usual = hyper[key];
    if (typeof usual !== "number") {
      refuse(`\`${key}\` has a range, but is not a numeric hyperparameter`);
    }
    if (typeof text !== "string" || !interval.test(text)) {
      refuse(
        `the range of \`${key}\` must be an interval, such as "[0, 1)", "(0, inf)" or "whole [1, inf)"`,
      );
    }
    if (!rangeOf(text as string).has(usual)) {
      refuse(`the default of \`${key}\`, ${usual}, is out of its range`);
    }
  }
}

/** @throws {RuleError} where the text of a definition has a mistake */
export function checkDefinition(role: Role, definition: Definition): void {
  sharing.provide(withShared);
  const { name, rule, hyper } = definition ?? {};
  if (typeof name !== "string" || typeof rule !== "string" || typeof hyper !== "object") {
    const known = String(name ?? role);
    const problem =
      'a definition must be { name, hyper, rule }, such as { name: "sgd", hyper: { lr: 0.1 }, rule: "u = g" }';
    throw new RuleError(known, problem, "", { start: 0, end: 0 });
  }
  if (!/^[\w-]+$/.test(definition.name)) {
    throw new RuleError(
      definition.name,
      "a rule's name may have letters, digits, _ and - only, because state, groups and reports add other signs",
      "",
      { start: 0, end: 0 },
    );
  }
  checkRanges(definition);
  const statements = statementsOf(definition, scrutiny.parse);
  if (role === "optimizer") {
    checkMoves(definition, statements);
  }
  const part: Part = { name: definition.name, role, definition, hyper: definition.hyper };
  const alone: Parts = { parts: [part] };
  // A transform may come after an optimizer and read its direction. So may an optimizer that uses the learning rate of an
  // earlier one.
  const isFragment = updateIndex(alone) >= 0 && !learningRatePart(alone);
  const { scope } = elaborateRule(alone, role === "transform" || isFragment, scrutiny);
  for (const { initial, kind } of Object.values(stateOf(definition))) {
    if (typeof initial === "string") {
      elaborateInitial(part, initial, kind, new GraphBuilder(), scrutiny);
    }
  }
  if (definition.evaluation !== undefined) {
    elaborateEvaluation(part, definition.evaluation, new GraphBuilder(), [], scrutiny);
  }
  checkSigned(scope, definition.name);
}

/** @throws {RuleError} where an optimizer never changes the parameter */
function checkMoves({ name, rule }: Definition, statements: readonly Statement[]): void {
  if (!statements.some(({ target }) => target === "u" || target === "p")) {
    const end = rule.trimEnd().length;
    throw new RuleError(
      name,
      `an optimizer assigns \`u\`, the direction, or \`p\` itself; this one assigns neither: write \`u = ...\`, and \`p = p - lr * u\` is applied`,
      rule,
      { start: end, end },
    );
  }
}
