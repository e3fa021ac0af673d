/** Binds a rule to parameters on a GPU. */
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
  /** Different hyperparameters for some parameters, as on the CPU. */
  readonly groups?: readonly Group<H>[];
  /**
   * What to do with gradients that are not finite: with `"throw"` (default), steps change nothing from then on, until
   * `report()` has thrown; `"skip"` skips such steps and counts them; `"allow"` does not check.
   */
  readonly nonFinite?: NonFinitePolicy;
  /**
   * Sets gradients to zero after each step, also after a skipped one (`nonFinite: "skip"`). After a step for some rows, only
   * the gradients of these rows. Default false.
   */
  readonly zeroGradients?: boolean;
  /** The seed of a rule's random numbers: a whole number. The random numbers are the same as on the CPU. Default 0. */
  readonly seed?: number;
  /**
   * The places of the caller's gradients, so that nothing is copied. They must not overlap each other or parameters. By default
   * Gradus makes buffers for them.
   */
  readonly gradients?: GpuGradients<P>;
  /** Whether steps may be for some rows of parameters only: `step(undefined, { rows })`. Default false. */
  readonly rows?: boolean;
  /**
   * How to store states that have a number for each element, as on the CPU: `{ state: block8 }`, or by name
   * `{ state: { m: bfloat16 } }`. Shaders always compute in float32. Default: in float32.
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

/** @throws {BindingError} where an option does not exist, or has a value of another type */
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

/** @throws {BindingError} where a caller's buffer was destroyed, or belongs to another device */
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
 * @param device a device, such as that of `requestDevice()`; the caller keeps it, and destroys it
 * @param source the parameters by name, each `{ buffer, offset, shape, type }`: from `parameters()`, or in the caller's own buffers
 * @param rule such as `adam({ lr: 1e-3 })`, or a chain
 * @throws {BindingError} where parameters, groups or settings do not fit, or the rule needs something that a GPU does not have
 * @throws {DeviceError} where the device does not have enough memory
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
