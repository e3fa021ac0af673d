/** Binds without waiting for the device, for adapters to libraries whose steps are calls that return nothing. */
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import { bindNow } from "./bind.ts";
import { placeholdersFor } from "./dispatches/moving.ts";
import { MovingOptimizer } from "./moving.ts";
import { checkSettings, type GpuOptimizeOptions } from "./optimize.ts";
import type { GpuParameterSource } from "./parameters.ts";
import { tensorsOf } from "./tensor.ts";

/** The options of `optimizeNow`: those of `optimize`, except for the places of gradients. */
export type GpuOptimizeNowOptions<H extends HyperDefaults = HyperDefaults> = Pick<
  GpuOptimizeOptions<GpuParameterSource, H>,
  "groups" | "nonFinite" | "seed" | "storage"
>;

/**
 * Binds a rule to parameters on a GPU, each in its own buffer. Every step gets gradients, each at the beginning of
 * a buffer, and reads them there: `step({ w: { buffer } })` copies nothing. If the device refuses something, the
 * next call throws. Shaders are compiled within the call.
 *
 * @throws {BindingError} where parameters, groups or settings do not fit, or the rule needs something that a GPU does not have
 */
export function optimizeNow<H extends HyperDefaults>(
  device: GPUDevice,
  source: GpuParameterSource,
  rule: Rule<H>,
  options: GpuOptimizeNowOptions<NoInfer<H>> = {},
): MovingOptimizer {
  checkSettings(options as GpuOptimizeOptions<never, never>);
  const { groups = [], nonFinite = "throw", seed = 0, storage } = options;
  const tensors = tensorsOf(source, device);
  const owned: GPUBuffer[] = [];
  try {
    const gradients = placeholdersFor(device, tensors, owned);
    const bindSource = {
      ...{ device, parameters: source, tensors, gradients, rule: rule as Rule, owned },
      ...{ groups: groups as never[], nonFinite, zeroGradients: false, seed, rows: false, storage },
    };
    const optimizer = bindNow(bindSource, () => {
      throw new BindingError("an optimizer that was bound without waiting is not bound to others");
    });
    return new MovingOptimizer(optimizer, { ...bindSource, owned: [] });
  } catch (error) {
    for (const buffer of owned) {
      buffer.destroy();
    }
    throw error;
  }
}
