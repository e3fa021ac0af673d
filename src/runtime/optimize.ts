/** Binds a rule to parameters. */
import type { Backend } from "../compilers/backend.ts";
import { webassembly } from "../compilers/wasm/compiler.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { didYouMean } from "../suggest.ts";
import { type Group, resolveGroups } from "./binding/groups.ts";
import { planGroups, type StoragesOf } from "./binding/plans.ts";
import type { StateStorage } from "./binding/storing.ts";
import { describeParameters, tensorOf } from "./binding/tensor.ts";
import type { AnyOptimizer } from "./contract.ts";
import { BindingError, checkOptions } from "./errors.ts";
import type { Absence } from "./gradients/absent.ts";
import { memoryOf } from "./memory/memory.ts";
import { memoryFor, memoryNeedsOf } from "./memory/optimizerMemory.ts";
import { Optimizer } from "./optimizer.ts";
import type { AnyParameter, AnyParameterSource } from "./parameters.ts";
import { type DistributionOptions, distributedOptimize, type RankOptimizer } from "./ranks.ts";
import type { NonFinitePolicy, OptimizerSource } from "./settings.ts";
import { storings } from "./storings.ts";
import { isWorthSharing } from "./threads/parts.ts";
import { threadsFor } from "./threads/platform.ts";

export const defaultBackend: Backend = webassembly;

/** Options of {@link optimize}. */
export interface OptimizeOptions<H extends HyperDefaults = HyperDefaults> {
  /** Other hyperparameters for some parameters. Default: none. */
  readonly groups?: readonly Group<H>[];
  /**
   * What to do if a gradient is infinite or NaN: `"throw"` (default) before anything is written, `"skip"` the step and count it, or
   * `"allow"` it, as PyTorch does. If the rule squares gradients, a finite one whose square overflows its type counts as infinite.
   */
  readonly nonFinite?: NonFinitePolicy;
  /**
   * What to do if the gradient of a parameter is null or undefined. Default: throw an error. `skipAbsent` leaves the parameter as
   * it is.
   */
  readonly absent?: Absence;
  /**
   * Whether a step sets `optimizer.gradients` to zero at its end, for code that adds to them. The last pass that reads them also
   * writes the zeros. This costs 4 bytes per element in float32, and no extra pass. Arrays that are passed to a step stay as they
   * are. Default: false.
   */
  readonly zeroGradients?: boolean;
  /**
   * The seed of the random numbers that a rule draws: a whole number. A draw depends only on the seed, the step, the parameter's
   * name and the element. Default: 0.
   */
  readonly seed?: number;
  /**
   * The number of threads that share a long step, including the caller's: `"auto"` (default) takes one per processor core, 8 at
   * most. The results are the same bits with any number. The other threads start at the first step that is long enough to gain from
   * them, and end with `dispose()`; they keep no process alive. The caller's thread copies arrays that are not the library's;
   * it copies parameters while the others work. A page without cross-origin isolation has one thread.
   */
  readonly threads?: number | "auto";
  /**
   * How to keep states that have a number for each element: `{ state: block8 }`, or by name `{ state: { m: bfloat16 } }`. Rules
   * still compute in float32, and round to the nearest what they keep. States of whole-matrix computations stay in float32, and
   * those of float64 parameters in float64. An average with a decay of 0.9, such as Adam's `m`, works well in bfloat16; one with
   * 0.999 stops moving. Default: the parameters' type.
   */
  readonly storage?: StateStorage;
  /**
   * Default: `webassembly`. `javascript` is the reference. It gives the same bits, hundreds of times as slowly, and works where a
   * page's policy forbids WebAssembly.
   */
  readonly backend?: Backend;
}

/** Options of `optimize` for training on many ranks. */
export interface DistributedOptions<H extends HyperDefaults = HyperDefaults>
  extends OptimizeOptions<H>,
    DistributionOptions {}

const settingNames = [
  "groups",
  "nonFinite",
  "absent",
  "zeroGradients",
  "seed",
  "threads",
  "storage",
  "backend",
];
const policies: readonly NonFinitePolicy[] = ["throw", "skip", "allow"];

/** @throws {BindingError} if a setting is unknown or has an invalid value */
function checkSettings(
  settings: Required<Omit<OptimizeOptions, "absent" | "storage">> & { absent: Absence | undefined },
): void {
  const { groups, nonFinite, absent, zeroGradients, seed, threads, backend } = settings;
  if (!policies.includes(nonFinite)) {
    throw new BindingError(
      `optimize: nonFinite must be one of "${policies.join('", "')}", not "${nonFinite}"${didYouMean(String(nonFinite), policies)}`,
    );
  }
  if (absent !== undefined && !absent?.part) {
    throw new BindingError("optimize: absent must be skipAbsent, which gradus exports");
  }
  if (!Array.isArray(groups)) {
    throw new BindingError(
      "optimize: groups must be a list of groups, such as [{ match: /^b/, lr: 0.1 }]",
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new BindingError(`optimize: seed must be a whole number, not ${seed}`);
  }
  if (typeof zeroGradients !== "boolean") {
    throw new BindingError(`optimize: zeroGradients must be true or false, not ${zeroGradients}`);
  }
  if (threads !== "auto" && !(Number.isSafeInteger(threads) && threads >= 1)) {
    throw new BindingError(
      `optimize: threads must be "auto" or a whole number, 1 or more, not ${threads}`,
    );
  }
  if (typeof backend?.compile !== "function" || typeof backend.matrices !== "function") {
    throw new BindingError(
      "optimize: backend must be webassembly (the default), javascript or { name, compile, matrices }",
    );
  }
}

/**
 * Makes an optimizer: binds a rule to parameters.
 *
 * It updates the parameters in place. Parameters from `parameters()` share memory with the kernels; other `Float32Array`s and
 * `Float64Array`s are copied block by block. Gradients that are passed to a step are copied once. For parameters in 16 bits,
 * `{ data: Uint16Array, shape, storage }`, rules compute in float32, and round each result to the nearest number.
 *
 * @param source the parameters by name, as `parameters()` makes them: each is `{ data, shape }`, or a bare array, which is a vector
 * @param rule such as `adam({ lr: 1e-3 })`, or a chain
 * @returns the optimizer: write gradients into its `gradients`, or pass them to its `step()`
 * @throws {BindingError} if parameters, groups or settings do not fit, or a policy forbids WebAssembly
 * @throws {RuleError} if a part does not fit after those before it, or a step would compute too much
 * @throws {HyperparameterError} if a group overrides a hyperparameter that the rule does not have, or with a value out of range
 * @throws {OutOfMemoryError} if there is no memory for gradients and state
 * @example
 * const net = parameters({ w: [2, 3], b: [3] });
 * const optimizer = optimize(net, adam({ lr: 0.1 }));
 * optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 1, 1] });
 * net.b.data[0]; // -0.1
 */
export function optimize<P extends AnyParameterSource, H extends HyperDefaults>(
  source: P,
  rule: Rule<H>,
  options: DistributedOptions<NoInfer<H>>,
): RankOptimizer<P>;
export function optimize<P extends AnyParameterSource, H extends HyperDefaults>(
  source: P,
  rule: Rule<H>,
  options?: OptimizeOptions<NoInfer<H>>,
): Optimizer<P>;
export function optimize(
  source: AnyParameterSource,
  rule: Rule,
  options: OptimizeOptions & Partial<DistributedOptions> = {},
): AnyOptimizer {
  return options?.communicator
    ? distributedOptimize.value(source, rule, options as DistributedOptions)
    : new Optimizer(sourceOf(source, rule, options));
}

/** Checks the arguments of `optimize`, and prepares what an optimizer is made from. */
export function sourceOf(
  source: AnyParameterSource,
  rule: Rule,
  options: OptimizeOptions,
): OptimizerSource {
  if (!Array.isArray((rule as Rule | undefined)?.parts)) {
    throw new BindingError(
      "optimize: the second argument must be a rule such as adam(), with parentheses",
    );
  }
  checkOptions("optimize", options, settingNames);
  const { groups = [], nonFinite = "throw", seed = 0, backend = defaultBackend } = options;
  const { absent, zeroGradients = false, threads = "auto" } = options;
  const settings = { groups, nonFinite, absent, zeroGradients, seed, threads, backend };
  checkSettings(settings);
  const described = describeParameters(source);
  if (described.length === 0) {
    throw new BindingError("optimize: there are no parameters");
  }
  const home = described.map(([, { data }]) => memoryOf(data)).find(Boolean);
  const tensors = described.map(([name, parameter]) => tensorOf(name, parameter, home));
  const parameters: Record<string, AnyParameter> = Object.create(null);
  for (const { name, data, shape, storage } of tensors) {
    parameters[name] = { data, shape, storage };
  }
  const resolved = resolveGroups(tensors, rule, groups as readonly Group[]);
  const { storage } = options;
  const isKept = storage !== undefined || tensors.some((each) => each.storage);
  const plan = (storagesOf?: StoragesOf) =>
    planGroups(resolved, nonFinite !== "allow", zeroGradients, storagesOf);
  const plans = isKept ? storings.value(storage, resolved, backend, tensors, plan) : plan();
  const needs = memoryNeedsOf(plans);
  const most = threadsFor(threads);
  const shared = most > 1 && tensors.some(({ length }) => isWorthSharing(length));
  return {
    ...settings,
    bindTo: (net) => optimize(net, rule, options),
    ...{ parameters, tensors, plans, needs },
    home: home ?? memoryFor(needs.bytes, shared),
    compiler: backend,
    threads: most,
  };
}
