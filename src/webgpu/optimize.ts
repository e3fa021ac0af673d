/** Brings parameters on a GPU and a rule together. */
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { Group } from "../runtime/binding/groups.ts";
import type { StateStorage } from "../runtime/binding/storing.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import { didYouMean } from "../suggest.ts";
import { bind } from "./bind.ts";
import { buffersOf } from "./device/callers.ts";
import { checkDevice } from "./device/device.ts";
import { refusedAmong } from "./device/probing.ts";
import { allowed, assertPresent } from "./device/scopes.ts";
import type { GpuOptimizer } from "./optimizer.ts";
import type { GpuParameterSource } from "./parameters.ts";
import type { GpuGradients } from "./settings.ts";
import { gradientPlaces } from "./step/gradients.ts";
import { type GpuTensor, type Place, tensorsOf } from "./tensor.ts";

/** Options of {@link optimize}. */
export interface GpuOptimizeOptions<
  P extends GpuParameterSource = GpuParameterSource,
  H extends HyperDefaults = HyperDefaults,
> {
  /** Hyperparameters of their own for some parameters, as on the CPU. */
  readonly groups?: readonly Group<H>[];
  /**
   * What to do with gradients that are not finite: `"throw"` (default) changes nothing from then on until
   * `report()` has thrown; `"skip"` leaves out such steps and counts them; `"allow"` does not look.
   */
  readonly nonFinite?: NonFinitePolicy;
  /**
   * Sets gradients to zero behind each step, one that is left out (`nonFinite: "skip"`) included; of a step for some rows,
   * those of these rows. Default false.
   */
  readonly zeroGradients?: boolean;
  /** Of the random numbers that a rule draws: a whole number. The same draws as on the CPU. Default 0. */
  readonly seed?: number;
  /**
   * Where the caller's gradients are, so that nothing is copied: no part of a parameter or of one another. By default Gradus
   * makes buffers for them.
   */
  readonly gradients?: GpuGradients<P>;
  /** Whether steps may be for some rows of parameters only: `step(undefined, { rows })`. Default false. */
  readonly rows?: boolean;
  /**
   * How states are kept that have a number for each element, as on the CPU: `{ state: block8 }`, or by name
   * `{ state: { m: bfloat16 } }`. Shaders compute in float32 as ever. Default: in float32.
   */
  readonly storage?: StateStorage;
}

const policies: readonly NonFinitePolicy[] = ["throw", "skip", "allow"];
const optionNames = [
  "groups",
  "nonFinite",
  "zeroGradients",
  "seed",
  "gradients",
  "rows",
  "storage",
];

/** @throws {BindingError} where an option is none, or has another kind of value */
export function checkSettings(options: GpuOptimizeOptions<never, never>): void {
  if (typeof options !== "object" || options === null) {
    throw new BindingError("optimize: the fourth argument must be an object with options");
  }
  checkOptions("optimize", options, optionNames);
  const { groups = [], nonFinite = "throw", seed = 0 } = options;
  if (!Array.isArray(groups)) {
    throw new BindingError(
      "optimize: groups must be a list of groups, such as [{ match: /^b/, lr: 0.1 }]",
    );
  }
  for (const name of ["zeroGradients", "rows"] as const) {
    const value: unknown = options[name] ?? false;
    if (typeof value !== "boolean") {
      throw new BindingError(`optimize: ${name} must be true or false, not ${String(value)}`);
    }
  }
  if (!policies.includes(nonFinite)) {
    throw new BindingError(
      `optimize: nonFinite must be one of "${policies.join('", "')}", not "${nonFinite}"${didYouMean(String(nonFinite), policies)}`,
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new BindingError(`optimize: seed must be a whole number, not ${seed}`);
  }
}

/** @throws {BindingError} where a buffer of the caller's was destroyed, or is another device's */
async function checkBuffers(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  gradients: ReadonlyMap<GpuTensor, Place>,
): Promise<void> {
  const refused = await refusedAmong(device, buffersOf(tensors, gradients));
  assertPresent(device);
  if (refused.length > 0) {
    throw new BindingError(`optimize: ${refused.join("; ")}`);
  }
}

/**
 * Binds a rule to parameters on a GPU: the same rules as on the CPU, compiled to shaders.
 *
 * @param device such as that of `requestDevice()`; the caller's, who destroys it
 * @param source the parameters by name, each `{ buffer, offset, shape, type }`: of `parameters()`, or the caller's own buffers
 * @param rule such as `adam({ lr: 1e-3 })`, or a chain
 * @throws {BindingError} where parameters, groups or settings do not fit, or the rule needs what a GPU has not
 * @throws {DeviceError} where the device has not the memory
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { w: [2, 3] });
 * const optimizer = await optimize(device, net, adam());
 * optimizer.step(); // by what is in optimizer.gradients.w.buffer
 * optimizer.dispose();
 */
export async function optimize<P extends GpuParameterSource, H extends HyperDefaults>(
  device: GPUDevice,
  source: P,
  rule: Rule<H>,
  options: GpuOptimizeOptions<P, NoInfer<H>> = {},
): Promise<GpuOptimizer<P>> {
  checkDevice("optimize", device);
  if (!Array.isArray((rule as Rule | undefined)?.parts)) {
    throw new BindingError(
      "optimize: the third argument must be a rule such as adam(), with parentheses",
    );
  }
  checkSettings(options as GpuOptimizeOptions<never, never>);
  const tensors = tensorsOf(source, device);
  const owned: GPUBuffer[] = [];
  const {
    groups = [],
    nonFinite = "throw",
    zeroGradients = false,
    seed = 0,
    rows = false,
  } = options;
  const { storage, gradients: given } = options;
  try {
    const gradients = await allowed(device, () => gradientPlaces(device, tensors, given, owned));
    await checkBuffers(device, tensors, gradients);
    const bindSource = {
      ...{ device, parameters: source, tensors, gradients, rule: rule as Rule, owned },
      ...{ groups: groups as readonly Group[], nonFinite, zeroGradients, seed, rows },
      storage,
    };
    return await bind<P>(bindSource, (net, more) => {
      const all: Record<string, unknown> | undefined = given && { ...given, ...more };
      const stay = all && Object.fromEntries(Object.keys(net).map((name) => [name, all[name]]));
      return optimize(device, net, rule, { ...options, ...(stay && { gradients: stay }) } as never);
    });
  } catch (error) {
    for (const buffer of owned) {
      buffer.destroy();
    }
    throw error;
  }
}
