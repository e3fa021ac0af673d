/** Joins several rules into one, and selects the parts that a parameter takes. */

import type { Assigner, HyperDefaults, Part, Planner, Rule, Select } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { checkIsRule } from "./hyper.ts";

/** The type of a chain: groups may override the hyperparameters of all its rules. */
export type Chained<R> = (R extends Rule<infer H> ? (hyper: H) => void : never) extends (
  all: infer I,
) => void
  ? I extends HyperDefaults
    ? Rule<I>
    : Rule
  : never;

/** The parts of `frozen`. It is an array of its own, so that a chain of nothing is not taken for `frozen`. */
export const frozenParts: readonly Part[] = [];

/** @throws {HyperparameterError} where an argument is not a rule */
export function chained(rules: readonly Rule[], planner: Planner): Rule {
  for (const [index, rule] of rules.entries()) {
    checkIsRule("chain", `argument ${index + 1}`, rule);
  }
  const select = rules.some((rule) => rule.select) ? selectLinks(rules) : undefined;
  return joined(rules, select, planner);
}

/** More than any model needs. A limit is there because each level of nesting is one more nested call in `select`. */
const maximumDepth = 100;

/**
 * Joins the parts of several rules, and makes their names unique.
 * @param select selects the parts that a parameter takes; undefined if each takes all
 * @param planner makes the programs of the joined rule
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

/** For each of the joined rules, selects its parts for a parameter, by their positions among the parts of all rules. */
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
