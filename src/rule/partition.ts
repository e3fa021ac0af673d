/** Other rules for some parameters: which rule a parameter takes is decided when they are bound. */

import { chain, frozen } from "./define.ts";
import type { Branch, Choice, Match, Rule, Select } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { assigner } from "./graph/assign.ts";
import { type Chained, joined, linksOf } from "./join.ts";
import { textPlanner } from "./planning/prepare.ts";

/** Joins a chain without a trace; unlike `frozen` it leaves the rest of the chain alone. */
const nothing: Rule = chain();

/**
 * Gives some parameters another rule: by name, by a pattern over names, or by a predicate over name
 * and shape. It is a rule like any other: it may stand in a chain or in another partition.
 *
 * Reductions over all parameters that a branch makes are over those that take the branch. Optax calls
 * it `partition`; in PyTorch one makes an optimizer for each set of parameters.
 *
 * @param branches each with what it matches; a parameter may match one at most
 * @param otherwise for the parameters that match none. Default: they are `frozen`
 * @throws {HyperparameterError} where something is no rule, or they are nested more than 100 deep
 * @example
 * optimize(net, chain(clipByGlobalNorm(1), partition(
 *   [{ match: /^encoder/, rule: frozen }, { match: "w", rule: muon() }],
 *   adamw(),
 * )))
 */
export function partition<const B extends readonly Branch[], O extends Rule = Rule>(
  branches: B,
  otherwise: O = frozen as O,
): Chained<B[number]["rule"] | O> {
  const list: readonly Branch[] = Array.isArray(branches) ? branches : [];
  const rules: readonly Rule[] = [...list.map((branch) => branch?.rule), otherwise];
  const isRule = (rule: Rule | undefined) => Array.isArray(rule?.parts);
  if (list.length === 0 || !rules.every(isRule)) {
    throw new HyperparameterError(
      "partition: the first argument must be a list of branches { match, rule }, and the second a rule",
    );
  }
  const choice: Choice = { branches: list };
  const links = linksOf(rules);
  const select: Select = (pick) => links.at(pick(choice))!(pick);
  return joined(rules, select, textPlanner, assigner) as Chained<B[number]["rule"] | O>;
}

/**
 * A rule for the parameters that match; for the others a chain is as if it were not there:
 * `chain(masked(/weight$/, l2(0.1)), sgd())`. Optax calls it `masked`.
 * @throws {HyperparameterError} where it is given no rule
 * @example
 * optimize(net, chain(masked("w", l2(1e-4)), adam()))
 */
export function masked<R extends Rule>(match: Match, rule: R): Chained<R> {
  return partition([{ match, rule }], nothing) as unknown as Chained<R>;
}
