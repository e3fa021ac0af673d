/** Makes the optimizer inside a wrapper, from a rule or with a function. */

import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import { unscale } from "../transforms/unscale.ts";
import { checkRule, isOptimizer } from "./arguments.ts";

/**
 * A function that makes the optimizer inside a wrapper, for the parameters that it is given. Pass it instead of a rule, so that
 * wrappers nest: `(net) => accumulate(net, adam(), { steps: 4 })`.
 */
export type MakeOptimizer<P extends AnyParameterSource = AnyParameterSource> = (
  net: P,
) => AnyOptimizer;

/** Excludes the functions that make rules, such as `adam` without parentheses. */
export const isMaker = (rule: unknown): rule is MakeOptimizer<never> =>
  typeof rule === "function" && !("definition" in rule);

/** Options that belong to the rule: a function passes them to the optimizer that it makes. */
const ofRule = ["groups", "storage"];

/** @throws {BindingError} if it is neither a rule nor a function, or options are given that belong to the function */
export function checkRuleOrMaker(wrapper: string, rule: unknown, options: object): void {
  if (!isMaker(rule)) {
    checkRule(wrapper, rule);
    return;
  }
  const other = ofRule.find((name) => (options as Record<string, unknown>)[name] !== undefined);
  if (other !== undefined) {
    throw new BindingError(
      `${wrapper}: \`${other}\` is an option of the optimizer that the function makes: give it there`,
    );
  }
}

/**
 * Makes an optimizer for these parameters.
 * @throws {BindingError} if the function returns no optimizer, one of other parameters, or one that cannot be wrapped
 */
export function made<P extends AnyParameterSource>(
  wrapper: string,
  make: MakeOptimizer<never>,
  net: P,
): AnyOptimizer<P> {
  const optimizer: unknown = make(net as never);
  if (!isOptimizer(optimizer)) {
    throw new BindingError(
      `${wrapper}: the function must return an optimizer, such as (net) => optimize(net, adam())`,
    );
  }
  const problem = optimizer.outermost ?? otherParameters(optimizer, net);
  if (problem !== undefined) {
    optimizer.dispose();
    throw new BindingError(`${wrapper}: ${problem}`);
  }
  return optimizer as AnyOptimizer as AnyOptimizer<P>;
}

function otherParameters(
  { parameters }: AnyOptimizer,
  net: AnyParameterSource,
): string | undefined {
  const names = [...new Set([...Object.keys(net), ...Object.keys(parameters)])];
  const arrayOf = (source: AnyParameterSource[string] | undefined) =>
    source !== undefined && "data" in source ? source.data : source;
  return names.every(
    (name) => arrayOf(net[name]) === arrayOf(parameters[name] as AnyParameterSource[string]),
  )
    ? undefined
    : "the function must use the parameters that it gets, and no others: (net) => optimize(net, adam())";
}

const isChanging = (plan: Plan, name: string): boolean =>
  typeof plan.hyper.get(`${name}.scale`) === "function";

/**
 * Refuses rules that unscale sums of micro-steps: if the scale changed in between, the sum has no single scale.
 * @throws {BindingError} if rules unscale by a scale that may change before the update
 */
export function refuseChangingScale(
  wrapper: string,
  plans: readonly Plan[],
  instead: string,
): void {
  const { definition } = unscale().parts[0]!;
  const changes = plans.some((plan) =>
    plan.rule.parts.some((part) => part.definition === definition && isChanging(plan, part.name)),
  );
  if (changes) {
    throw new BindingError(
      `${wrapper}: \`unscale\` in the rule divides the sum of micro-steps by the last one's scale; ${instead}`,
    );
  }
}

/** Calls a function with an optimizer, and disposes the optimizer if the call throws. */
export function orDispose<O extends AnyOptimizer, R>(optimizer: O, call: (optimizer: O) => R): R {
  try {
    return call(optimizer);
  } catch (error) {
    optimizer.dispose();
    throw error;
  }
}
