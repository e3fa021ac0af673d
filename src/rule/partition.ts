/** Different rules for different parameters. Which rule a parameter takes is decided when parameters are bound. */

import { chain, frozen } from "./define.ts";
import type { Branch, Choice, Match, Rule, Select } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { assigner } from "./graph/assign.ts";
import { type Chained, joined, linksOf } from "./join.ts";
import { textPlanner } from "./planning/prepare.ts";

/** Changes nothing in a chain. Unlike `frozen`, it leaves the rest of the chain as it is. */
const nothing: Rule = chain();

/**
 * Gives different parameters different rules, selected by name, by a pattern of names, or by a function of name
 * and shape. The result is a rule like any other: it may be part of a chain or of another partition.
 *
 * A reduction over all parameters within a branch covers only the parameters of that branch. Optax calls
 * this `partition`; in PyTorch one makes an optimizer for each set of parameters.
 *
 * @param branches each says which parameters it matches; a parameter may match only one
 * @param otherwise the rule for parameters that match none. Default: they are `frozen`
 * @throws {HyperparameterError} where something is not a rule, or rules are nested more than 100 deep
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
 * Applies a rule only to the parameters that match. For the others, a chain behaves as if the rule were absent:
 * `chain(masked(/weight$/, l2(0.1)), sgd())`. Optax calls this `masked`.
 * @throws {HyperparameterError} where `rule` is not a rule
 * @example
 * optimize(net, chain(masked("w", l2(1e-4)), adam()))
 */
export function masked<R extends Rule>(match: Match, rule: R): Chained<R> {
  return partition([{ match, rule }], nothing) as unknown as Chained<R>;
}
