/** Checks arguments of wrappers: rules, optimizers and options. */
import type { Rule } from "../rule/definition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isRule = (value: unknown): value is Rule =>
  isObject(value) && Array.isArray((value as Rule).parts);

/** @throws {BindingError} if it is not a rule, for example the function that makes one */
export function checkRule(wrapper: string, rule: unknown, which = "the second argument"): void {
  if (!isRule(rule)) {
    throw new BindingError(`${wrapper}: ${which} must be a rule such as adam(), with parentheses`);
  }
}

/** Whether a value looks like an optimizer. */
export const isOptimizer = (value: unknown): value is AnyOptimizer =>
  isObject(value) && ["parameters", "step", "stateViews", "plans"].every((each) => each in value);

/** @throws {BindingError} if there is no object of options */
export function checkOptionsAreThere(
  wrapper: string,
  options: unknown,
  example: string,
): asserts options is object {
  if (!isObject(options) || Array.isArray(options)) {
    throw new BindingError(
      `${wrapper}: options are an object such as ${example}, not ${typeof options}`,
    );
  }
}

/** @throws {BindingError} if there is no object of options, gradients may be absent, or there are ranks */
export function checkOptionsGiven(wrapper: string, options: unknown, example: string): void {
  checkOptionsAreThere(wrapper, options, example);
  if ("absent" in options) {
    throw new BindingError(
      `${wrapper}: absent is an option of optimize only; in a sum of micro-steps, pass zeros for parameters without a gradient`,
    );
  }
  if ("communicator" in options) {
    throw new BindingError(
      `${wrapper}: communicator is an option of optimize only: ${wrapper}(net, (own) => optimize(own, rule, { communicator })), or dataParallel(galore(net, rule), communicator)`,
    );
  }
}

/** @throws {BindingError} if it is not an optimizer but parameters, a rule or another wrapper */
export function checkOptimizer(
  wrapper: string,
  optimizer: unknown,
  members: readonly string[],
): void {
  if (!isObject(optimizer) || !members.every((each) => each in optimizer)) {
    throw new BindingError(
      `${wrapper}: the first argument must be an optimizer: write ${wrapper}(optimize(net, rule))`,
    );
  }
}
