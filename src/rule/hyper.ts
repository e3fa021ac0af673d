/** Hyperparameters: which ones a rule has, and which values are valid. */

import { didYouMean } from "../suggest.ts";
import type {
  Definition,
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Rule,
  Schedule,
} from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { type Range, rangeOf, shown } from "./ranges.ts";

/**
 * Checks one option's value.
 * @param rule the rule's name for messages
 */
export function checkHyper(
  rule: string,
  { hyper, ranges }: Pick<Definition, "hyper" | "ranges">,
  name: string,
  value: unknown,
): asserts value is HyperValue {
  if (!Object.hasOwn(hyper, name)) {
    const known = Object.keys(hyper);
    const list = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
    throw new HyperparameterError(
      `${rule} has no hyperparameter \`${name}\`${didYouMean(name, known)} (${list})`,
    );
  }
  const range = rangeOf(ranges?.[name]);
  const [fits, allowed] =
    typeof hyper[name] === "boolean"
      ? [typeof value === "boolean", "true or false"]
      : [typeof value === "function" || range.has(value), `${range.words} or a schedule`];
  if (!fits) {
    throw new HyperparameterError(`${rule}: \`${name}\` must be ${allowed}, not ${shown(value)}`);
  }
}

/** The given options, with a bare value under its hyperparameter's name. */
function named(
  { name, argument }: Definition,
  options: HyperOptions<HyperDefaults> | number | Schedule,
): HyperOptions<HyperDefaults> {
  if (typeof options === "object" && options !== null) {
    return options;
  }
  if (argument === undefined) {
    throw new HyperparameterError(`${name} takes its options as an object, such as { lr: 0.01 }`);
  }
  return { [argument]: options };
}

/** All hyperparameters of a definition: the given options, and defaults for the rest. */
export function fillIn(
  definition: Definition,
  options: HyperOptions<HyperDefaults> | number | Schedule,
): Readonly<Record<string, HyperValue>> {
  const given = Object.entries(named(definition, options)).filter(
    ([, value]) => value !== undefined,
  );
  for (const [name, value] of given) {
    checkHyper(definition.name, definition, name, value);
  }
  return { ...definition.hyper, ...(Object.fromEntries(given) as HyperDefaults) };
}

/** The hyperparameters with which a rule was made, by qualified name. */
export function defaultHyper(rule: Rule): Map<string, HyperValue> {
  return new Map(
    rule.parts.flatMap((part) =>
      Object.entries(part.hyper).map(([name, value]) => [`${part.name}.${name}`, value] as const),
    ),
  );
}

/** The range of a hyperparameter, by its qualified name. */
export function rangeIn({ parts }: Rule, qualified: string): Range {
  const [part, hyper] = qualified.split(".") as [string, string];
  return rangeOf(parts.find(({ name }) => name === part)!.definition.ranges?.[hyper]);
}

/** @throws {HyperparameterError} where it is not a rule, for example an optimizer's factory that was not called */
export function checkIsRule(where: string, what: string, rule: unknown): void {
  if (!Array.isArray((rule as Rule | null | undefined)?.parts)) {
    throw new HyperparameterError(
      `${where}: ${what} is not a rule such as adam(), with parentheses`,
    );
  }
}
