import { defineTransform } from "../builtIn.ts";
import { chain } from "../rule/define.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { Accumulator } from "./accumulator.ts";
import { checkOptionsGiven } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";
import {
  checkRuleOrMaker,
  isMaker,
  type MakeOptimizer,
  made,
  orDispose,
  refuseChangingScale,
} from "./inner.ts";
import { Waiting } from "./microStep.ts";
import { Noisy, noise } from "./noise.ts";

/** Options of {@link privatize}: those of `optimize`, and of clipping and noise. */
export interface PrivatizeOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "absent"> {
  /** The number of examples per update. Each `step` takes the gradients of one example. */
  readonly examples: number;
  /** The norm to which each example's gradients are clipped, C in the paper. */
  readonly clip: number;
  /**
   * What to clip: the gradients of all parameters `"flat"` (default); or with `"perLayer"`, each parameter's alone, to `clip` /
   * sqrt(number of parameters); or with `"perLayerBySize"`, each to `clip` times the root of its share of all elements. In each case,
   * the norm of all gradients together is at most `clip`.
   */
  readonly clipping?: "flat" | "perLayer" | "perLayerBySize";
  /** The standard deviation of the noise in units of `clip`, sigma in the paper. */
  readonly noiseMultiplier: number;
  /** The seed of the noise. Anyone who knows it can remove the noise. */
  readonly seed: number;
}

/** Clips each parameter's gradient alone, to a share of the norm. */
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

const clippings = ["flat", "perLayer", "perLayerBySize"];

/**
 * Differentially private training: clips the gradients of each example, and adds noise to their mean.
 *
 * Abadi et al., 2016, "Deep Learning with Differential Privacy", algorithm 1: the noise has the standard deviation noiseMultiplier
 * * clip on the sum; on the mean, this is divided by the number of examples. The noise depends only on `seed`: keep it secret, and
 * use another one for each run. The privacy (epsilon, delta) also depends on how batches are drawn and on the number of updates;
 * compute it with an accountant. The generator is good, but not cryptographic. Optax calls it dpsgd, and
 * differentially_private_aggregate for any optimizer; for PyTorch there is Opacus. Clipping by layers is McMahan et al., 2018,
 * "Learning Differentially Private Recurrent Language Models": Optax' per_example_layer_norm_clip, with or without `uniform`.
 *
 * @param rule such as `adam()`; or a function that makes the optimizer for updates, such as `(net) => galore(net, adam())`. It gets
 *   the mean with its noise, and you pass `groups` and `storage` to it
 * @throws {BindingError} if `seed` is missing or a number is out of range, and as `accumulate`
 * @example
 * const optimizer = privatize(net, sgd(), { examples: 2, clip: 1, noiseMultiplier: 1.1, seed: 7 });
 * optimizer.step({ w: new Float32Array(6).fill(3), b: [1, 2, 3] }); // of one example
 */
export function privatize<P extends AnyParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H> | MakeOptimizer<P>,
  options: PrivatizeOptions<NoInfer<H>>,
): Accumulator<P> {
  checkRuleOrMaker("privatize", rule, options ?? {});
  const { examples, clip, clipping, noiseMultiplier, ...settings } = checked(
    options as unknown as PrivatizeOptions,
  );
  const waiting = new Waiting();
  // The mean is over the examples of all ranks, which draw the same noise.
  let ranks = 1;
  const deviation = () => (noiseMultiplier * clip) / (waiting.count * ranks);
  const make = isMaker(rule)
    ? (): AnyOptimizer =>
        orDispose(made("privatize", rule, net), (inner) => new Noisy(inner, deviation, settings))
    : (): AnyOptimizer =>
        optimize(net, chain(noise({ deviation }), rule as Rule) as Rule, settings);
  const each =
    clipping === "flat"
      ? clipByGlobalNorm({ maxNorm: clip, eps: 0 })
      : clipLayer({ maxNorm: clip, bySize: clipping === "perLayerBySize" });
  const instead =
    "divide each example's gradients by it before `step`, because they are clipped there";
  const check = (plans: readonly Plan[]) => refuseChangingScale("privatize", plans, instead);
  const accumulating = { ...settings, steps: examples, each: each as Rule };
  const bindTo = (other: AnyParameterSource) => privatize(other as P, rule, options);
  const given = { waiting, net, outermost, check, bindTo, options: accumulating };
  return orDispose(make(), (inner) => {
    ranks = inner.ranks ?? 1;
    return new Accumulator<P>({ inner, ...given });
  });
}

/** @throws {BindingError} if an option is missing or invalid */
function checked(options: PrivatizeOptions): Omit<PrivatizeOptions, "clipping"> & {
  readonly clipping: "flat" | "perLayer" | "perLayerBySize";
} {
  checkOptionsGiven("privatize", options, "{ examples: 32, clip: 1, noiseMultiplier: 1, seed }");
  const { examples, clip, clipping = "flat", noiseMultiplier, seed } = options;
  const ranges = {
    examples: "whole [1, inf)",
    clip: "(0, inf)",
    noiseMultiplier: "[0, inf)",
  } as const;
  checkNumbers("privatize", ranges, { examples, clip, noiseMultiplier });
  if (!clippings.includes(clipping)) {
    throw new BindingError(
      `privatize: clipping must be one of "${clippings.join('", "')}", not "${clipping}"`,
    );
  }
  if (seed === undefined) {
    throw new BindingError(
      "privatize: seed is missing; choose a secret one, for whoever knows it can remove the noise",
    );
  }
  return { ...options, clipping };
}

const outermost =
  "privatize takes the gradients of one example at a time, and another wrapper would change or see them first: make privatize the outer wrapper, privatize(net, (net) => ..., options)";
