/** Adds parameters to a run, or removes them. Only bundles that import these functions include this module. */
import { didYouMean } from "../suggest.ts";
import { own } from "./binding/lists.ts";
import type { AnyOptimizer } from "./contract.ts";
import { BindingError } from "./errors.ts";
import type { Optimizer } from "./optimizer.ts";
import type { AnyParameterSource, ParametersOf } from "./parameters.ts";
import { partsIn } from "./state/ruleParts.ts";

/** Binds the same rule to other parameters, and carries over the state of those that stay. */
function boundTo(where: string, optimizer: AnyOptimizer, net: AnyParameterSource): AnyOptimizer {
  if (optimizer.pending) {
    throw new BindingError(
      `${where}: ${optimizer.pending} gradients wait for an update: call flush() or discard() first`,
    );
  }
  const next = optimizer.bindTo(net);
  try {
    next.restore(optimizer.stateViews(), { partial: true });
  } catch (error) {
    next.dispose();
    throw error;
  }
  optimizer.dispose();
  return next;
}

/**
 * Adds parameters to a run: binds the same rule with the same options to all of them, and carries the state over. New parameters
 * start at their own first step; the others step as if nothing had happened.
 *
 * The old optimizer is disposed; its parameters stay where they are. Make its gradients anew, and everything made from it, such as
 * a tape or the result of `sam`. PyTorch: `add_param_group`.
 *
 * @param more new parameters by name, as for `optimize`
 * @returns the optimizer to continue with
 * @throws {BindingError} if a parameter has that name already, gradients wait for an update, or `optimize` would throw. Then the
 *   old optimizer stays usable
 * @example
 * const more = parameters({ w2: [4] });
 * const optimizer = addParameters(optimize(net, adam()), more);
 * optimizer.gradients.w2.fill(1);
 */
export function addParameters<P extends AnyParameterSource, Q extends AnyParameterSource>(
  optimizer: Optimizer<P>,
  more: Q,
): Optimizer<ParametersOf<P> & Q>;
export function addParameters<P extends AnyParameterSource, Q extends AnyParameterSource>(
  optimizer: AnyOptimizer<P>,
  more: Q,
): AnyOptimizer<ParametersOf<P> & Q>;
export function addParameters(optimizer: AnyOptimizer, more: AnyParameterSource): AnyOptimizer {
  const { parameters } = optimizer;
  const known = Object.keys(more ?? {}).find((name) => Object.hasOwn(parameters, name));
  if (known !== undefined) {
    throw new BindingError(`addParameters: there is a parameter \`${known}\` already`);
  }
  return boundTo("addParameters", optimizer, { ...parameters, ...more } as AnyParameterSource);
}

/**
 * Removes parameters from a run, with their state; the others continue. The old optimizer is disposed, as by `addParameters`.
 *
 * @param names of the parameters to remove
 * @returns the optimizer to continue with
 * @throws {BindingError} if there is no parameter of a name, a group or branch would be empty, or gradients wait for an update
 * @example
 * const optimizer = removeParameters(optimize(net, adam()), ["b"]);
 * optimizer.step({ w: new Float32Array(6).fill(1) });
 */
export function removeParameters<P extends AnyParameterSource, K extends keyof P & string>(
  optimizer: Optimizer<P>,
  names: readonly K[],
): Optimizer<Omit<ParametersOf<P>, K>>;
export function removeParameters<P extends AnyParameterSource, K extends keyof P & string>(
  optimizer: AnyOptimizer<P>,
  names: readonly K[],
): AnyOptimizer<Omit<ParametersOf<P>, K>>;
export function removeParameters(optimizer: AnyOptimizer, names: readonly string[]): AnyOptimizer {
  const left = without(optimizer.parameters, names) as AnyParameterSource;
  return boundTo("removeParameters", optimizer, left);
}

/**
 * All parameters except some.
 * @throws {BindingError} if there is no parameter of a name
 */
export function without<V>(
  parameters: Readonly<Record<string, V>>,
  names: readonly string[],
): Record<string, V> {
  const all = Object.entries(parameters);
  const known = all.map(([name]) => name);
  if (!Array.isArray(names)) {
    throw new BindingError(
      'removeParameters: the second argument must be a list of names, such as ["b"]',
    );
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BindingError(
      `removeParameters: there is no parameter \`${unknown}\`${didYouMean(unknown, known)}`,
    );
  }
  return Object.fromEntries(all.filter(([name]) => !names.includes(name)));
}

/**
 * The number of updates of a parameter. It is less than `optimizer.steps` if the parameter joined the run later, or steps skipped
 * it (`skipAbsent`). It is 0 for a frozen parameter. If the parts of a chain differ in age, it is that of the oldest.
 * @param parameter its name
 * @throws {BindingError} if there is no such parameter
 * @example stepsOf(optimize(net, adam()), "w"); // 0
 */
export function stepsOf(optimizer: Pick<AnyOptimizer, "stateViews">, parameter: string): number {
  const { step, begun, shapes, groups } = optimizer.stateViews();
  if (!Object.hasOwn(shapes, parameter)) {
    throw new BindingError(
      `stepsOf: there is no parameter \`${parameter}\`${didYouMean(parameter, Object.keys(shapes))}`,
    );
  }
  const group = groups.find(({ parameters }) => parameters.includes(parameter));
  const ages = partsIn(group?.rule).map(
    ({ name }) => step - (own(own(begun.parts, parameter), name) ?? 0),
  );
  return Math.max(0, ...ages);
}
