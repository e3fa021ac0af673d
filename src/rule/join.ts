/** Several rules as one: their parts, and which of these a parameter takes. */

import type { Assigner, HyperDefaults, Part, Planner, Rule, Select } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { checkIsRule } from "./hyper.ts";

/** The rule that a chain of rules makes: groups may override the hyperparameters of all of them. */
export type Chained<R> = (R extends Rule<infer H> ? (hyper: H) => void : never) extends (
  all: infer I,
) => void
  ? I extends HyperDefaults
    ? Rule<I>
    : Rule
  : never;

/** Of the rule of parameters that no step changes; a chain of nothing has others. */
export const frozenParts: readonly Part[] = [];

/** @throws {HyperparameterError} where an argument is no rule */
export function chained(rules: readonly Rule[], planner: Planner): Rule {
  for (const [index, rule] of rules.entries()) {
    checkIsRule("chain", `argument ${index + 1}`, rule);
  }
  const select = rules.some((rule) => rule.select) ? selectLinks(rules) : undefined;
  return joined(rules, select, planner);
}

/** More than any model asks for; which parts a parameter takes is found by as many calls within each other. */
const maximumDepth = 100;

/**
 * The parts of some rules under names of their own, and which of them a parameter takes, unless it takes all.
 * @param planner who makes programs of them
 * @param assigner by default that of the rules
 * @throws {HyperparameterError} where rules are nested too deep
 */
export function joined(
  rules: readonly Rule[],
  select: Select | undefined,
  planner: Planner,
  assigner: Assigner | undefined = rules.find((rule) => rule.assigner)?.assigner,
): Rule {
  const depth = 1 + rules.reduce((most, rule) => Math.max(most, rule.depth ?? 0), 0);
  if (depth > maximumDepth) {
    throw new HyperparameterError(
      `masks, partitions and chains of them may be nested ${maximumDepth} deep: put the branches into one partition`,
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
    planner,
    ...(select && { select, depth, assigner, assign: assigner!(parts, planner, select) }),
  };
}

/** One rule of several that are joined: the parts of it that a parameter takes, by their positions among the parts of all. */
export function linksOf(rules: readonly Rule[]): Select[] {
  let end = 0;
  return rules.map((rule): Select => {
    const start = end;
    end += rule.parts.length;
    const all = rule.parts === frozenParts ? undefined : [...rule.parts.keys()];
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
