/** Adds parameters to a run on a GPU, and removes them. */
import { stepsOf as stepsIn, without } from "../runtime/changeParameters.ts";
import { BindingError } from "../runtime/errors.ts";
import { StateStore } from "../runtime/state/stateStore.ts";
import type { GpuOptimizer } from "./optimizer.ts";
import type { GpuParameterSource } from "./parameters.ts";
import type { GpuGradients } from "./settings.ts";

/** Options of {@link addParameters}. */
export interface AddParametersOptions<Q extends GpuParameterSource = GpuParameterSource> {
  /** The gradients of the added parameters, if the others' are the caller's, too. By default Gradus makes buffers for them. */
  readonly gradients?: GpuGradients<Q>;
}

/** The same optimizer for other parameters. It continues with the state of those that stay. */
async function boundTo(
  where: string,
  optimizer: GpuOptimizer,
  net: GpuParameterSource,
  gradients?: GpuGradients,
): Promise<GpuOptimizer> {
  const next = await optimizer.bindTo(net, gradients);
  try {
    const state = await optimizer.readState();
    await next.writeState(state, { partial: true });
    const { step, waitingSteps } = await optimizer.report();
    if (step !== state.step || waitingSteps > 0) {
      throw new BindingError(
        `${where}: ${waitingSteps > 0 ? "steps that are recorded wait to be submitted" : "steps were made before it was done"}: submit all, and wait for it before the next one`,
      );
    }
  } catch (error) {
    next.dispose();
    throw error;
  }
  optimizer.dispose();
  return next;
}

/**
 * Adds parameters to a run: binds the same rule, with the same options, to all of them, and carries the state over. Added
 * parameters start at their own first step; the others continue as before. Wait for it before the next step.
 *
 * The given optimizer is disposed, but its parameters stay where they are. Gradients move to other buffers, unless
 * they are the caller's.
 *
 * @param more the parameters to add, as for `optimize`
 * @returns the optimizer to continue with
 * @throws {BindingError} where a parameter of that name exists, recorded steps are not yet submitted, steps are made before it is done,
 *   or as `optimize`; the given optimizer stays valid then
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { w: [2, 3] });
 * const before = await optimize(device, net, adam());
 * before.step();
 * const more = parameters(device, { head: [3] });
 * const optimizer = await addParameters(before, more); // goes on; `before` is disposed
 * optimizer.step();
 * await stepsOf(optimizer, "head"); // 1
 */
export async function addParameters<P extends GpuParameterSource, Q extends GpuParameterSource>(
  optimizer: GpuOptimizer<P>,
  more: Q,
  { gradients }: AddParametersOptions<Q> = {},
): Promise<GpuOptimizer<P & Q>> {
  const { parameters } = optimizer;
  const known = Object.keys(more ?? {}).find((name) => Object.hasOwn(parameters, name));
  if (known !== undefined) {
    throw new BindingError(`addParameters: there is a parameter \`${known}\` already`);
  }
  const net = { ...parameters, ...more };
  const next = await boundTo("addParameters", optimizer as never, net, gradients as GpuGradients);
  return next as unknown as GpuOptimizer<P & Q>;
}

/**
 * Removes parameters from a run, with their state; the others continue. The given optimizer is disposed, as by
 * `addParameters`. Wait for it before the next step.
 *
 * @param names the names of the parameters to remove
 * @returns the optimizer to continue with
 * @throws {BindingError} where no parameter has a name, a group or branch has no parameter left, or as `addParameters`
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { w: [2, 3], head: [3] });
 * const before = await optimize(device, net, adam());
 * const optimizer = await removeParameters(before, ["head"]);
 * Object.keys(optimizer.parameters); // ["w"]
 */
export async function removeParameters<P extends GpuParameterSource, K extends keyof P & string>(
  optimizer: GpuOptimizer<P>,
  names: readonly K[],
): Promise<GpuOptimizer<Omit<P, K>>> {
  const left = without(optimizer.parameters, names) as GpuParameterSource;
  const next = await boundTo("removeParameters", optimizer as never, left);
  return next as unknown as GpuOptimizer<Omit<P, K>>;
}

/**
 * The number of updates of a parameter, after all that was submitted. It is less than in `report()` if the parameter joined the run
 * later, and 0 if it is frozen. If the parts of its chain have different ages, it is that of the oldest.
 * @param parameter its name
 * @throws {BindingError} where there is no such parameter
 * @throws {DeviceError} as `report()`
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { w: [2, 3] });
 * const optimizer = await optimize(device, net, adam());
 * optimizer.step();
 * optimizer.step();
 * await stepsOf(optimizer, "w"); // 2
 */
export async function stepsOf(optimizer: GpuOptimizer, parameter: string): Promise<number> {
  const { step, skippedSteps } = await optimizer.report();
  const { gradients, plans, begun } = optimizer;
  const store = new StateStore(0, gradients, plans, () => ({}));
  return stepsIn({ stateViews: () => store.state(step, skippedSteps, begun) }, parameter);
}
