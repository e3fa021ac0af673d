/** Parameter groups: which parameters take which hyperparameters. */
import type { HyperDefaults, HyperOptions, HyperValue, Rule } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { checkHyper, defaultHyper } from "../rule/hyper.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError } from "./errors.ts";
import type { Tensor } from "./tensor.ts";

/** Which parameters a group takes: one name, a pattern over names, or a predicate. */
export type Match = string | RegExp | ((name: string, shape: readonly number[]) => boolean);

/**
 * Hyperparameters of its own for the parameters that `match`. Where two parts of a chain share a
 * hyperparameter's name, it is qualified: `"ema#2.decay"`.
 */
export type Group<H extends HyperDefaults = HyperDefaults> = {
  readonly match: Match;
} & (string extends keyof H
  ? { readonly [hyper: string]: HyperValue | Match | undefined }
  : HyperOptions<H> & { readonly [qualified: `${string}.${string}`]: HyperValue });

/** The parameters of one group and its hyperparameters by qualified name. */
export interface ResolvedGroup {
  readonly rule: Rule;
  readonly tensors: readonly Tensor[];
  readonly hyper: ReadonlyMap<string, HyperValue>;
}

function matches(match: Match | undefined, { name, shape }: Tensor): boolean {
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
    "a group's `match` is a parameter's name, a RegExp, or a function of name and shape",
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

function overridden(rule: Rule, group: Group): Map<string, HyperValue> {
  const hyper = defaultHyper(rule);
  for (const [name, value] of Object.entries(group)) {
    if (name !== "match" && value !== undefined) {
      const found = findHyper(rule, name);
      checkHyper(found.part.name, found.part.definition.hyper, found.hyper, value);
      hyper.set(found.qualified, value);
    }
  }
  return hyper;
}

/**
 * Sorts the parameters into groups; those that no group takes come last, with the rule's own
 * hyperparameters.
 * @throws {BindingError} where two groups take one parameter or a group takes none
 */
export function resolveGroups(
  tensors: readonly Tensor[],
  rule: Rule,
  groups: readonly Group[],
): ResolvedGroup[] {
  const owner = new Map<Tensor, number>();
  for (const [index, group] of groups.entries()) {
    const taken = tensors.filter((tensor) => matches(group?.match, tensor));
    if (taken.length === 0) {
      const names = tensors.map(({ name }) => name).join(", ");
      throw new BindingError(`group ${index} (${group.match}) matches none of ${names}`);
    }
    for (const tensor of taken) {
      const other = owner.get(tensor);
      if (other !== undefined) {
        throw new BindingError(`parameter \`${tensor.name}\` is in groups ${other} and ${index}`);
      }
      owner.set(tensor, index);
    }
  }
  const resolved = groups.map((group, index) => ({
    rule,
    tensors: tensors.filter((tensor) => owner.get(tensor) === index),
    hyper: overridden(rule, group),
  }));
  const rest = tensors.filter((tensor) => !owner.has(tensor));
  return rest.length > 0
    ? [...resolved, { rule, tensors: rest, hyper: defaultHyper(rule) }]
    : resolved;
}
