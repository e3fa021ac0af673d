/** Parameter groups: which parameters take which hyperparameters. */

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
 * Hyperparameters of its own for the parameters that `match`: `{ match: /bias$/, lr: 1e-4, weightDecay: 0 }`. Names are those of
 * the rule's options; those that a group does not name are the rule's. Where two parts of a chain share a
 * name, it is qualified: `"ema#2.decay"`.
 */
export type Group<H extends HyperDefaults = HyperDefaults> = {
  /** The parameters of the group; a parameter is in one group at most. */
  readonly match: Match;
} & (string extends keyof H
  ? { readonly [hyper: string]: HyperValue | Match | undefined }
  : HyperOptions<H> & { readonly [qualified: `${string}.${string}`]: HyperValue });

/** The parameters of one group that take one rule, and its hyperparameters by qualified name. */
export interface ResolvedGroup<T extends Named = Named> {
  readonly rule: Rule;
  readonly tensors: readonly T[];
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** Whether one of `groups` takes them, or none. */
  readonly isGroup: boolean;
}

/**
 * Whether a parameter is one of those meant.
 * @throws {BindingError} where `match` is none
 */
export function matches(match: Match | undefined, { name, shape }: Named): boolean {
  if (typeof match === "string") {
    return name === match;
  }
  if (typeof match === "function") {
    return match(name, shape);
  }
  // By what it does: a pattern of another realm is none of this one's class.
  if (typeof match?.test === "function") {
    // A global or sticky pattern would remember where it stopped.
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

/** What a name in a group may stand for in a rule. */
function candidatesIn({ parts }: Rule): Found[] {
  return parts.flatMap((part) =>
    Object.keys(part.definition.hyper).map((hyper) => ({
      ...{ qualified: `${part.name}.${hyper}`, hyper, part },
    })),
  );
}

const meaning = (name: string, rule: Rule): Found[] =>
  candidatesIn(rule).filter(({ qualified, hyper }) => name === hyper || name === qualified);

/** The hyperparameter of a rule that a name in a group stands for; undefined if the rule has none. */
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

/** @throws {HyperparameterError} where none of the rules that a group's parameters take has what it overrides */
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

/** What a group overrides, by qualified name, in one of the rules that its parameters take. */
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

/** Which group each parameter is in; none for those that no group takes. */
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
  // By group, those that none takes behind all others, and then by rule.
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
