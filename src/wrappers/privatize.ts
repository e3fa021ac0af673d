import { defineTransform } from "../builtIn.ts";
import { chain } from "../rule/define.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { Accumulator } from "./accumulator.ts";
import { checkOptionsGiven, checkRule, refuseChangingScale } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";
import type { AccumulateOptions } from "./microStep.ts";

/** Options of {@link privatize}: those of `optimize`, and how gradients are clipped and blurred. */
export interface PrivatizeOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "absent"> {
  /** Examples to one update: each `step` brings the gradients of one. */
  readonly examples: number;
  /** The norm that each example's gradients are clipped to, C in the paper. */
  readonly clip: number;
  /**
   * What is clipped: the gradients of all parameters `"together"` (default); `"layers"`, each parameter's by itself to
   * `clip` / sqrt(their number); or `"layersBySize"`, each to `clip` times the root of its share of all elements. The
   * norm of all together is at most `clip` in each case.
   */
  readonly clipping?: "together" | "layers" | "layersBySize";
  /** Standard deviation of the noise in units of `clip`, sigma in the paper. */
  readonly noiseMultiplier: number;
  /** Of the noise: whoever knows it can take the noise off again. */
  readonly seed: number;
}

/** Clips each parameter by itself, to a share of the norm. */
const clipLayer = defineTransform({
  name: "clipLayer",
  hyper: { maxNorm: 1, bySize: false },
  rule: `
    share = where(bySize, size / globalSum(1), 1 / globalSum(1 / size))
    limit = maxNorm * sqrt(share)
    length = norm(g)
    g = g * where(length <= limit, 1, limit / length)
  `,
});

const clippings = ["together", "layers", "layersBySize"];

const noise = defineTransform({
  name: "privacyNoise",
  hyper: { deviation: 1 },
  rule: "g = g + deviation * randomNormal()",
});

/**
 * Differentially private training: clips the gradients of each example, and adds noise to their mean.
 *
 * Abadi et al., 2016, "Deep Learning with Differential Privacy", algorithm 1: the noise has the
 * standard deviation noiseMultiplier * clip on the sum, and that over the number of examples on the
 * mean. `seed` decides it: keep it secret, and give each run another. What privacy that buys (epsilon,
 * delta) depends on how batches are drawn and on the number of updates, and is for an accountant to
 * say; the generator is a good one, not a cryptographic one. Optax calls it dpsgd, for any optimizer
 * differentially_private_aggregate; PyTorch's is Opacus. Clipping by layers is McMahan et al., 2018, "Learning
 * Differentially Private Recurrent Language Models": Optax' per_example_layer_norm_clip, `uniform` or not.
 *
 * @throws {BindingError} where `seed` is missing or a number is out of range, and as `accumulate` does
 * @example
 * const optimizer = privatize(net, sgd(), { examples: 2, clip: 1, noiseMultiplier: 1.1, seed: 7 });
 * optimizer.step({ w: new Float32Array(6).fill(3), b: [1, 2, 3] }); // of one example
 */
export function privatize<P extends AnyParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H>,
  options: PrivatizeOptions<NoInfer<H>>,
): Accumulator<P> {
  checkRule("privatize", rule);
  checkOptionsGiven("privatize", options, "{ examples: 32, clip: 1, noiseMultiplier: 1, seed }");
  const { examples, clip, clipping = "together", noiseMultiplier, ...settings } = options;
  const ranges = {
    examples: "whole [1, inf)",
    clip: "(0, inf)",
    noiseMultiplier: "[0, inf)",
  } as const;
  checkNumbers("privatize", ranges, { examples, clip, noiseMultiplier });
  if (!clippings.includes(clipping)) {
    throw new BindingError(`privatize: clipping is "${clippings.join('", "')}", not "${clipping}"`);
  }
  if (options.seed === undefined) {
    throw new BindingError("privatize: seed is missing; the noise must not be everybody's");
  }
  const instead = "divide each example's gradients by it before `step`, for they are clipped there";
  refuseChangingScale("privatize", rule as unknown as Rule, settings.groups, instead);
  const each =
    clipping === "together"
      ? clipByGlobalNorm({ maxNorm: clip, eps: 0 })
      : clipLayer({ maxNorm: clip, bySize: clipping === "layersBySize" });
  const ruleOf = (count: () => number): Rule =>
    chain(noise({ deviation: () => (noiseMultiplier * clip) / count() }), rule) as Rule;
  return new Accumulator(net, ruleOf, { ...settings, steps: examples, each } as AccumulateOptions);
}
