/** Parameter groups: which parameters take which hyperparameters. */

import type {
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Match,
  Matching,
  Named,
  Rule,
} from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { checkHyper, defaultHyper } from "../rule/hyper.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError } from "./errors.ts";

/**
 * Hyperparameters of its own for the parameters that `match`. Where two parts of a chain share a
 * hyperparameter's name, it is qualified: `"ema#2.decay"`.
 */
export type Group<H extends HyperDefaults = HyperDefaults> = {
  readonly match: Match;
} & (string extends keyof H
  ? { readonly [hyper: string]: HyperValue | Match | undefined }
  : HyperOptions<H> & { readonly [qualified: `${string}.${string}`]: HyperValue });

/** The parameters of one group that take one rule, and its hyperparameters by qualified name. */
export interface ResolvedGroup<T extends Named = Named> {
  readonly rule: Rule;
  readonly tensors: readonly T[];
  readonly hyper: ReadonlyMap<string, HyperValue>;
}

/**
 * Whether a parameter is one of those meant.
 * @throws {BindingError} where `match` is none
 */
export function matches(match: Match | undefined, { name, shape }: Named): boolean {
  if (typeof match === "string") {
    return name === match;
  }
  if (match instanceof RegExp) {
    // A global or sticky pattern would remember where it stopped.
    match.lastIndex = 0;
    return match.test(name);
  }
  if (typeof match === "function") {
    return match(name, shape);
  }
  throw new BindingError(
    "a group's or a branch's `match` is a parameter's name, a RegExp, or a function of name and shape",
  );
}

/** The part and the hyperparameter that a name in a group stands for. */
function findHyper(
  rule: Rule,
  name: string,
): { qualified: string; hyper: string; part: Rule["parts"][number] } {
  const candidates = rule.parts.flatMap((part) =>
    Object.keys(part.definition.hyper).map((hyper) => ({
      qualified: `${part.name}.${hyper}`,
      hyper,
      part,
    })),
  );
  const found = candidates.filter(({ qualified, hyper }) => name === hyper || name === qualified);
  if (found.length === 0) {
    const known = candidates.map(({ qualified, hyper }) =>
      name.includes(".") ? qualified : hyper,
    );
    throw new HyperparameterError(
      `no part of the rule has the hyperparameter \`${name}\`${didYouMean(name, known)}`,
    );
  }
  if (found.length > 1) {
    const list = found.map(({ qualified }) => `"${qualified}"`).join(" or ");
    throw new HyperparameterError(
      `\`${name}\` is a hyperparameter of several parts: write ${list}`,
    );
  }
  return found[0]!;
}

/** What a group overrides, by qualified name, in one of the rules that its parameters take. */
function overridden(rule: Rule, whole: Rule, group: Group): Map<string, HyperValue> {
  const hyper = defaultHyper(rule);
  const has = (name: string) =>
    rule.parts.some((part) =>
      Object.keys(part.definition.hyper).some(
        (each) => name === each || name === `${part.name}.${each}`,
      ),
    );
  for (const [name, value] of Object.entries(group)) {
    if (name !== "match" && value !== undefined) {
      // Parameters of one group may take several rules, of which one has it.
      const found = findHyper(has(name) ? rule : whole, name);
      checkHyper(found.part.name, found.part.definition, found.hyper, value);
      if (has(name)) {
        hyper.set(found.qualified, value);
      }
    }
  }
  return hyper;
}

const matching: Matching = {
  matches,
  refuse: (problem) => {
    throw new BindingError(problem);
  },
};

const namesOf = (tensors: readonly Named[]): string => tensors.map(({ name }) => name).join(", ");

/** Which group each parameter is in; none for those that no group takes. */
function ownersOf<T extends Named>(
  tensors: readonly T[],
  groups: readonly Group[],
): Map<T, number> {
  const owner = new Map<T, number>();
  for (const [index, group] of groups.entries()) {
    const taken = tensors.filter((tensor) => matches(group?.match, tensor));
    if (taken.length === 0) {
      throw new BindingError(`group ${index} (${group.match}) matches none of ${namesOf(tensors)}`);
    }
    for (const tensor of taken) {
      const other = owner.get(tensor);
      if (other !== undefined) {
        throw new BindingError(`parameter \`${tensor.name}\` is in groups ${other} and ${index}`);
      }
      owner.set(tensor, index);
    }
  }
  return owner;
}

/**
 * Sorts the parameters into groups and by the rules that they take; those that no group takes come
 * last, with the rule's own hyperparameters. Frozen parameters are in none.
 * @throws {BindingError} where two groups take one parameter or a group takes none
 */
export function resolveGroups<T extends Named>(
  tensors: readonly T[],
  rule: Rule,
  groups: readonly Group[],
): ResolvedGroup<T>[] {
  const owner = ownersOf(tensors, groups);
  const rules = rule.assign?.(tensors, matching);
  const ruleOf = (tensor: T): Rule => rules?.[tensors.indexOf(tensor)] ?? rule;
  const sets = [...groups.keys(), undefined].map((index) =>
    tensors.filter((tensor) => owner.get(tensor) === index),
  );
  return sets.flatMap((set, index) => {
    const group = groups[index];
    return [...new Set(set.map((tensor) => ruleOf(tensor)))]
      .map((each) => ({
        rule: each,
        tensors: set.filter((tensor) => ruleOf(tensor) === each),
        hyper: group === undefined ? defaultHyper(each) : overridden(each, rule, group),
      }))
      .filter((each) => rules === undefined || each.rule.parts.length > 0);
  });
}
