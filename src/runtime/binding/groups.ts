/** Parameter groups: they give other hyperparameters to some parameters. */

import type {
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Match,
  Matching,
  Named,
  Rule,
} from "../../rule/definition.ts";
import { HyperparameterError } from "../../rule/errors.ts";
import { checkHyper, defaultHyper } from "../../rule/hyper.ts";
import { didYouMean } from "../../suggest.ts";
import { BindingError } from "../errors.ts";
import { append } from "./lists.ts";

/**
 * Hyperparameters for the parameters that `match`: `{ match: /bias$/, lr: 1e-4, weightDecay: 0 }`. Names are those of the rule's
 * options; the group takes all other hyperparameters from the rule. If two parts of a chain have the same name, qualify it:
 * `"ema#2.decay"`.
 */
export type Group<H extends HyperDefaults = HyperDefaults> = {
  /** The parameters of the group. A parameter is in one group at most. */
  readonly match: Match;
} & (string extends keyof H
  ? { readonly [hyper: string]: HyperValue | Match | undefined }
  : HyperOptions<H> & { readonly [qualified: `${string}.${string}`]: HyperValue });

/** The parameters of one group that have the same rule, and its hyperparameters by qualified name. */
export interface ResolvedGroup<T extends Named = Named> {
  readonly rule: Rule;
  readonly tensors: readonly T[];
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** Whether they are in one of `groups`. */
  readonly isGroup: boolean;
}

/**
 * Whether a parameter matches.
 * @throws {BindingError} if `match` is invalid
 */
export function matches(match: Match | undefined, { name, shape }: Named): boolean {
  if (typeof match === "string") {
    return name === match;
  }
  if (typeof match === "function") {
    return match(name, shape);
  }
  // Checks for the method, because a pattern from another realm is no instance of this realm's class.
  if (typeof match?.test === "function") {
    // A global or sticky pattern would remember its last position.
    match.lastIndex = 0;
    return match.test(name);
  }
  throw new BindingError(
    "`match` of a group or branch must be a parameter's name, a RegExp, or a function of name and shape",
  );
}

interface Found {
  readonly qualified: string;
  readonly hyper: string;
  readonly part: Rule["parts"][number];
}

/** All names that a group may use for hyperparameters of a rule. */
function candidatesIn({ parts }: Rule): Found[] {
  return parts.flatMap((part) =>
    Object.keys(part.definition.hyper).map((hyper) => ({
      ...{ qualified: `${part.name}.${hyper}`, hyper, part },
    })),
  );
}

const meaning = (name: string, rule: Rule): Found[] =>
  candidatesIn(rule).filter(({ qualified, hyper }) => name === hyper || name === qualified);

/** Finds a hyperparameter of a rule by its name in a group; undefined if the rule has none. */
export function findHyper(rule: Rule, name: string): Found | undefined {
  const found = meaning(name, rule);
  if (found.length > 1) {
    const list = found.map(({ qualified }) => `"${qualified}"`).join(" or ");
    throw new HyperparameterError(
      `\`${name}\` is a hyperparameter of several parts: write ${list}`,
    );
  }
  return found[0];
}

/** @throws {HyperparameterError} if the group overrides something that no rule of its parameters has */
function checkTaken(group: Group, index: number, whole: Rule, rules: readonly Rule[]): void {
  for (const [name, value] of Object.entries(group)) {
    if (name === "match" || value === undefined || rules.some((rule) => findHyper(rule, name))) {
      continue;
    }
    if (meaning(name, whole).length > 0) {
      const taken = rules.map(
        ({ parts }) => parts.map((part) => part.name).join(" > ") || "frozen",
      );
      throw new HyperparameterError(
        `group ${index} sets \`${name}\`, which none of its parameters uses: their rule is ${taken.join(" or ")}`,
      );
    }
    const known = candidatesIn(whole).map(({ qualified, hyper }) =>
      name.includes(".") ? qualified : hyper,
    );
    throw new HyperparameterError(
      `no part of the rule has the hyperparameter \`${name}\`${didYouMean(name, known)}`,
    );
  }
}

/** The hyperparameters that a group overrides in one of its rules, by qualified name. */
function overridden(rule: Rule, group: Group): Map<string, HyperValue> {
  const hyper = defaultHyper(rule);
  for (const [name, value] of Object.entries(group)) {
    const found = name === "match" || value === undefined ? undefined : findHyper(rule, name);
    if (found !== undefined) {
      checkHyper(found.part.name, found.part.definition, found.hyper, value);
      hyper.set(found.qualified, value as HyperValue);
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

/** The group of each parameter that is in one. */
function ownersOf<T extends Named>(
  tensors: readonly T[],
  groups: readonly Group[],
): Map<T, number> {
  const owner = new Map<T, number>();
  let byName: Map<string, T[]> | undefined;
  for (const [index, group] of groups.entries()) {
    const match = group?.match;
    let taken: readonly T[];
    if (typeof match === "string") {
      byName ??= new Map(tensors.map((tensor) => [tensor.name, [tensor]]));
      taken = byName.get(match) ?? [];
    } else {
      taken = tensors.filter((tensor) => matches(match, tensor));
    }
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
 * Sorts the parameters by group and then by rule. Those in no group come last, with the rule's own hyperparameters. Frozen
 * parameters are left out.
 * @throws {BindingError} if a parameter is in two groups, or a group has no parameter
 */
export function resolveGroups<T extends Named>(
  tensors: readonly T[],
  rule: Rule,
  groups: readonly Group[],
): ResolvedGroup<T>[] {
  const owner = ownersOf(tensors, groups);
  const rules = rule.assign?.(tensors, matching);
  // By group, and then by rule; parameters in no group come last.
  const sets = [...groups, undefined].map(() => new Map<Rule, T[]>());
  for (const [index, tensor] of tensors.entries()) {
    append(sets[owner.get(tensor) ?? groups.length]!, rules?.[index] ?? rule, tensor);
  }
  return sets.flatMap((set, index) => {
    const group = groups[index];
    if (group !== undefined) {
      checkTaken(group, index, rule, [...set.keys()]);
    }
    return [...set]
      .map(([each, taking]) => ({
        rule: each,
        tensors: taking,
        hyper: group === undefined ? defaultHyper(each) : overridden(each, group),
        isGroup: group !== undefined,
      }))
      .filter((each) => rules === undefined || each.rule.parts.length > 0);
  });
}
