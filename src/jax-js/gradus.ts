/** Rules of Gradus as gradient transformations, with the interface of Optax. */
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { GpuOptimizer } from "../webgpu/optimizer.ts";
import { checkRule } from "../wrappers/arguments.ts";
import { isMaker, type MakeOptimizer, made } from "../wrappers/inner.ts";
import { type HostOptimizer, HostRun } from "./hostRun.ts";
import type { Run } from "./run.ts";
import { GradusState } from "./state.ts";
import { checkAlike, checkReferences, type Leaf, type Leaves, leavesOf, rebuilt } from "./trees.ts";

/**
 * The result of {@link gradus}: functions of trees, which are jax-js arrays in nested objects, arrays and tuples. They consume their
 * arguments, but only if they succeed.
 */
export interface GradusTransformation {
  /**
   * Makes the state for these parameters.
   * @param params arrays of float32 or float64, not on WebGPU
   * @throws {BindingError} if there are no parameters, one is not such an array, or the rule does not fit
   */
  init<P>(params: P): GradusState<HostOptimizer, P>;
  /**
   * The same for parameters on any device. For parameters on WebGPU, steps run there.
   * @param params arrays of float32 or float64, on any device
   */
  initAsync<P>(params: P): Promise<GradusState<HostOptimizer | GpuOptimizer, P>>;
  /**
   * Computes updates, for `applyUpdates`.
   *
   * If an update takes a parameter close to 0, adding it loses bits of the update. `step` does not, and is faster.
   * @param updates the gradients
   * @param params the parameters of these gradients. Default: the parameters after the last step, if the caller still has those
   * @param inputs other inputs of the rule: `loss`
   * @returns updates, and the next state
   * @throws as `step`
   */
  update<P, S extends GradusState>(updates: P, state: S, params?: P, inputs?: StepInputs): [P, S];
  /**
   * Updates parameters.
   * @param gradients of the loss, at `params`
   * @param params as for `update`
   * @returns the new parameters, and the next state
   * @throws {GradientError} if a gradient is not finite (`nonFinite: "throw"`)
   * @throws {BindingError} if trees, shapes or types differ from those of `init`, an array was consumed before, or an array has no
   *   numbers yet, inside `jit`. After any error, nothing was consumed and nothing changed
   * @throws {DisposedError} if the state was consumed before
   */
  step<P, S extends GradusState>(gradients: P, state: S, params?: P, inputs?: StepInputs): [P, S];
}

function checkInit(where: string, leaves: Leaves): void {
  if (leaves.size === 0) {
    throw new BindingError(`${where}: there are no parameters`);
  }
  checkReferences(where, leaves);
}

const disposeAll = (leaves: Leaves | undefined): void => {
  for (const leaf of leaves?.values() ?? []) {
    leaf.dispose();
  }
};

/** `step` or `update`. @param states the states of the same rule */
function advance<P, S extends GradusState>(
  states: WeakSet<GradusState>,
  asked: "parameters" | "updates",
  tree: P,
  state: S,
  params: P | undefined,
  inputs: StepInputs | undefined,
): [P, S] {
  const where = asked === "updates" ? "update" : "step";
  if (!((state as unknown) instanceof GradusState)) {
    throw new BindingError(`${where}: the second argument must be a state, which init() returns`);
  }
  if (!states.has(state)) {
    throw new BindingError(
      `${where}: the state belongs to another gradus(), which has its rule: step it there`,
    );
  }
  const gradients = leavesOf(`${where}: gradient`, tree);
  const given = params === undefined ? undefined : leavesOf(`${where}: parameter`, params);
  const described = state.described(where);
  checkReferences(where, gradients, given);
  checkAlike(`${where}: gradient`, gradients, described);
  if (given !== undefined) {
    checkAlike(`${where}: parameter`, given, described);
  }
  const [next, result] = state.advance(where, (run: Run) =>
    run.step(asked, gradients, given, inputs),
  );
  states.add(next);
  disposeAll(gradients);
  disposeAll(given);
  return [rebuilt(params ?? tree, (name): Leaf => result.get(name)!), next as S];
}

/** The function that binds parameters. @throws {BindingError} if the arguments of `gradus` are wrong */
function makerOf(rule: Rule | MakeOptimizer, options: OptimizeOptions): MakeOptimizer {
  if (typeof options !== "object" || options === null) {
    throw new BindingError(
      "gradus: the second argument must be an object of options, as for optimize",
    );
  }
  if (isMaker(rule)) {
    if (Object.keys(options).length > 0) {
      throw new BindingError(
        "gradus: with a function there are no options: pass them to the optimizer that it makes",
      );
    }
  } else {
    checkRule("gradus", rule, "the first argument");
  }
  return isMaker(rule)
    ? (net) => made("gradus", rule, net)
    : (net) => optimize(net, rule, { threads: 1, ...options });
}

/**
 * Makes a rule of Gradus a transformation of jax-js arrays, with the interface of Optax. It takes any optimizer, chain and schedule.
 *
 * @param rule such as `adamw({ lr: 1e-3 })`, or a chain. For wrappers, a function that makes an optimizer:
 *   `(net) => accumulate(net, adam(), { steps: 4 })`
 * @param options as for `optimize`. The names of parameters are their paths, such as `layers.0.w`. Steps use one thread by default,
 *   because one thread copies the arrays, and jax-js may use the other cores
 * @throws {BindingError} if it is not a rule
 * @example
 * import { numpy, tree } from "@jax-js/jax";
 * import { adamw } from "gradus";
 * import { gradus } from "gradus/jax-js";
 *
 * let params = { w: numpy.zeros([3, 2]) };
 * const gradients = { w: numpy.ones([3, 2]) };
 * const optimizer = gradus(adamw({ lr: 1e-3 }));
 * let state = optimizer.init(tree.ref(params));
 * [params, state] = optimizer.step(gradients, state, params);
 */
export function gradus<H extends HyperDefaults>(
  rule: Rule<H>,
  options?: OptimizeOptions<NoInfer<H>>,
): GradusTransformation;
export function gradus(make: MakeOptimizer): GradusTransformation;
export function gradus(
  rule: Rule | MakeOptimizer,
  options: OptimizeOptions = {},
): GradusTransformation {
  const make = makerOf(rule, options);
  const states = new WeakSet<GradusState>();
  const begun = <S extends GradusState>(state: S): S => {
    states.add(state);
    return state;
  };
  const begin = <P>(params: P): GradusState<HostOptimizer, P> => {
    const leaves = leavesOf("init: parameter", params);
    checkInit("init", leaves);
    const onDevice = [...leaves].find(([, { device }]) => device === "webgpu");
    if (onDevice !== undefined) {
      throw new BindingError(
        `init: \`${onDevice[0]}\` is on WebGPU, where binding is asynchronous: await initAsync(params)`,
      );
    }
    const run = HostRun.of(make, leaves);
    disposeAll(leaves);
    return begun(new GradusState<HostOptimizer, P>(run, params));
  };
  return {
    init: begin,
    async initAsync(params) {
      const leaves = leavesOf("initAsync: parameter", params);
      if (![...leaves.values()].some(({ device }) => device === "webgpu")) {
        return begin(params);
      }
      checkInit("initAsync", leaves);
      if (isMaker(rule)) {
        throw new BindingError(
          "initAsync: on WebGPU there are no wrappers: pass a rule to gradus()",
        );
      }
      const { GpuRun } = await import("./gpuRun.ts");
      const run = await GpuRun.of(rule, options, leaves);
      disposeAll(leaves);
      return begun(new GradusState<HostOptimizer | GpuOptimizer, typeof params>(run, params));
    },
    update: (updates, state, params, inputs) =>
      advance(states, "updates", updates, state, params, inputs),
    step: (gradients, state, params, inputs) =>
      advance(states, "parameters", gradients, state, params, inputs),
  };
}
