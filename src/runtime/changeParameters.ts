/** Parameters that join a run or leave it. Brought along by whoever asks for it. */
import { didYouMean } from "../suggest.ts";
import { own } from "./binding/lists.ts";
import type { AnyOptimizer } from "./contract.ts";
import { BindingError } from "./errors.ts";
import type { Optimizer } from "./optimizer.ts";
import type { AnyParameterSource, ParametersOf } from "./parameters.ts";
import { partsIn } from "./state/ruleParts.ts";

/** The same optimizer for other parameters, which goes on with the state of those that stay. */
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
 * Adds parameters to a run: binds the same rule, with the same options, to all of them, and carries the state over. What joins starts
 * at its own first step; the others step as if nothing had happened.
 *
 * The optimizer that it is given is disposed, its parameters stay where they are. Gradients and what was made of the old
 * one, such as a tape or what `sam` returned, are made anew. PyTorch: `add_param_group`.
 *
 * @param more as for `optimize`
 * @returns the optimizer to go on with
 * @throws {BindingError} where there is one of that name, gradients wait for an update, or as `optimize`; the one that it was given
 *   goes on then
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
 * Takes parameters out of a run, with their state; the others go on. The optimizer that it is given is disposed, as by `addParameters`.
 *
 * @param names of the parameters to take out
 * @returns the optimizer to go on with
 * @throws {BindingError} where there is none of a name, a group or branch has none left, or gradients wait for an update
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
 * Parameters but for some.
 * @throws {BindingError} where there is none of a name
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
 * The updates that a parameter has seen: fewer than `optimizer.steps` if it joined the run later, or steps left it alone
 * (`skipAbsent`); 0 of a frozen one. Of a chain whose parts are of several ages that of the oldest.
 * @param parameter its name
 * @throws {BindingError} where there is no such parameter
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
