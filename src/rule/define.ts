/** How an optimizer or a transform is defined, given its options, and chained. */

import {
  type Assigner,
  type Definition,
  type HyperDefaults,
  type Part,
  type Role,
  type Rule,
  type RuleFactory,
  type Select,
  stateOf,
} from "./definition.ts";
import { HyperparameterError, RuleError } from "./errors.ts";
import { ruleFactory } from "./factory.ts";
import { elaborateRule, learningRatePart, sharing, updateIndex } from "./graph/compose.ts";
import { elaborateEvaluation, elaborateInitial } from "./graph/elaborate.ts";
import { GraphBuilder } from "./graph/graph.ts";
import { withShared } from "./graph/shared.ts";
import { checkSigned } from "./graph/signed.ts";
import { checkIsRule } from "./hyper.ts";
import { statementsOf } from "./language/statements.ts";
import type { Statement } from "./language/syntax.ts";
import { textPlanner } from "./planning/prepare.ts";
import { rangeOf } from "./ranges.ts";
import { scrutiny } from "./scrutiny.ts";

const end = String.raw`(-?inf|-?\d[\d.]*(e-?\d+)?)`;
const interval = new RegExp(String.raw`^(whole )?[[(]${end}, ${end}[\])]$`);

/** @throws {RuleError} where a range is none, or has no room for the default */
function checkRanges({ name, hyper, ranges = {} }: Definition): void {
  for (const [key, text] of Object.entries<unknown>(ranges)) {
    const refuse = (problem: string): never => {
      throw new RuleError(name, problem, String(text), { start: 0, end: String(text).length });
    };
    const usual = hyper[key];
    if (typeof usual !== "number") {
      refuse(`\`${key}\` has a range, and is no hyperparameter that is a number`);
    }
    if (typeof text !== "string" || !interval.test(text)) {
      refuse(
        `the range of \`${key}\` is an interval such as "[0, 1)", "(0, inf)" or "whole [1, inf)"`,
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
      'a definition is { name, hyper, rule }, such as { name: "sgd", hyper: { lr: 0.1 }, rule: "u = g" }';
    throw new RuleError(known, problem, "", { start: 0, end: 0 });
  }
  if (!/^[\w-]+$/.test(definition.name)) {
    throw new RuleError(
      definition.name,
      "a rule's name has letters, digits, _ and - only: state, groups and reports write other signs behind it",
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
  const alone: Rule = { parts: [part], planner: textPlanner };
  // A transform may stand behind an optimizer and read its direction; so may what takes the rate of one before it.
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

/** @throws {RuleError} where an optimizer moves nothing */
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

/**
 * Defines an optimizer from its maths.
 * @returns a function from options to a rule
 * @throws {RuleError} where the text has a mistake
 */
export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  checkDefinition("optimizer", definition);
  return ruleFactory("optimizer", definition, textPlanner);
}

/** Defines a transform: a rule that changes `g`, `u` or `p` on the way, or keeps something. */
export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  checkDefinition("transform", definition);
  return ruleFactory("transform", definition, textPlanner);
}

type HyperOfRule<R> = R extends Rule<infer H> ? H : never;
type Intersection<U> = (U extends unknown ? (part: U) => void : never) extends (
  all: infer I,
) => void
  ? I
  : never;
export type Chained<R> =
  Intersection<HyperOfRule<R>> extends infer H ? (H extends HyperDefaults ? Rule<H> : Rule) : never;

/**
 * Joins rules and transforms into one rule: their statements run in this order, compiled together.
 *
 * Each sees `g`, `u` and `p` as those before it left them; `p = p - lr * u` is applied where the
 * last rule that assigns `u` ends. Of two parts of one name the second is called `name#2`, wherever
 * the two stand, in branches of a partition too.
 * @throws {HyperparameterError} where an argument is no rule
 */
export function chain<const R extends readonly Rule[]>(...rules: R): Chained<R[number]> {
  for (const [index, rule] of rules.entries()) {
    checkIsRule("chain", `argument ${index + 1}`, rule);
  }
  const select = rules.some((rule) => rule.select) ? selectLinks(rules) : undefined;
  return joined(rules, select) as unknown as Chained<R[number]>;
}

/** The rule of parameters that no step changes. */
export const frozen: Rule = { parts: [], planner: textPlanner };

/** More than any model asks for; which parts a parameter takes is found by as many calls within each other. */
const maximumDepth = 100;

/**
 * The parts of some rules under names of their own, and which of them a parameter takes, unless it takes all.
 * @param assigner by default that of the rules
 * @throws {HyperparameterError} where rules are nested too deep
 */
export function joined(
  rules: readonly Rule[],
  select: Select | undefined,
  assigner: Assigner | undefined = rules.find((rule) => rule.assigner)?.assigner,
): Rule {
  const depth = 1 + rules.reduce((most, rule) => Math.max(most, rule.depth ?? 0), 0);
  if (depth > maximumDepth) {
    throw new HyperparameterError(
      `masks, partitions and chains of them may be nested ${maximumDepth} deep: write the branches of one partition`,
    );
  }
  const counts = new Map<string, number>();
  const parts = rules
    .flatMap((rule) => rule.parts)
    .map((part) => {
      const { name } = part.definition;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return { ...part, name: count === 1 ? name : `${name}#${count}` };
    });
  return {
    parts,
    planner: textPlanner,
    ...(select && { select, depth, assigner, assign: assigner!(parts, textPlanner, select) }),
  };
}

/** One rule of several that are joined: the parts of it that a parameter takes, by their positions among the parts of all. */
export function linksOf(rules: readonly Rule[]): Select[] {
  let end = 0;
  return rules.map((rule): Select => {
    const start = end;
    end += rule.parts.length;
    const all = rule === frozen ? undefined : [...rule.parts.keys()];
    return (pick) => (rule.select ? rule.select(pick) : all)?.map((part) => start + part);
  });
}

function selectLinks(rules: readonly Rule[]): Select {
  const all = linksOf(rules);
  return (pick) => {
    const links = all.map((link) => link(pick));
    return links.includes(undefined) ? undefined : (links as number[][]).flat();
  };
}
