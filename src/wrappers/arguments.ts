/** What wrappers are given besides numbers: rules, optimizers, options. */
import type { Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import { unscale } from "../transforms/unscale.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isRule = (value: unknown): value is Rule =>
  isObject(value) && Array.isArray((value as Rule).parts);

/** @throws {BindingError} where it is no rule, but perhaps what makes one */
export function checkRule(wrapper: string, rule: unknown, which = "the second argument"): void {
  if (!isRule(rule)) {
    throw new BindingError(`${wrapper}: ${which} is a rule such as adam(); note the parentheses`);
  }
}

/** @throws {BindingError} where there are no options by name, or gradients may be absent */
export function checkOptionsGiven(wrapper: string, options: unknown, example: string): void {
  if (!isObject(options) || Array.isArray(options)) {
    throw new BindingError(
      `${wrapper}: options are an object such as ${example}, not ${typeof options}`,
    );
  }
  if ("absent" in options) {
    throw new BindingError(
      `${wrapper}: absent is for optimize; in a sum of micro-steps give zeros for what has no gradient`,
    );
  }
}

/** @throws {BindingError} where it is none of what `optimize` returns: parameters, a rule or another wrapper */
export function checkOptimizer(
  wrapper: string,
  optimizer: unknown,
  members: readonly string[],
): void {
  if (!isObject(optimizer) || !members.every((each) => each in optimizer)) {
    throw new BindingError(
      `${wrapper}: the first argument is an optimizer: write ${wrapper}(optimize(net, rule))`,
    );
  }
}

const isChanging = (value: unknown): boolean => typeof value === "function";

/**
 * A sum of micro-steps whose gradients were scaled by different numbers has no scale.
 * @param groups that may override hyperparameters
 * @throws {BindingError} where a rule unscales by what may change before the update
 */
export function refuseChangingScale(
  wrapper: string,
  rule: Rule,
  groups: unknown,
  instead: string,
): void {
  const { definition } = unscale().parts[0]!;
  const parts = rule.parts.filter((part) => part.definition === definition);
  const overrides = (Array.isArray(groups) ? groups : []).flatMap((group: object) =>
    Object.entries(group ?? {}).filter(([key]) => key === "scale" || key.endsWith(".scale")),
  );
  const inGroups = parts.length > 0 && overrides.some(([, value]) => isChanging(value));
  if (inGroups || parts.some(({ hyper }) => isChanging(hyper["scale"]))) {
    throw new BindingError(
      `${wrapper}: \`unscale\` in the rule divides the sum of micro-steps by the last one's scale; ${instead}`,
    );
  }
}
