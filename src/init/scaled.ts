/** Weights whose variance depends on how many numbers meet in them. */
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { Initializer } from "../runtime/parameters.ts";
import { truncated } from "./distributions.ts";
import { fansOf } from "./fans.ts";
import { checkNumbers, drawn, write } from "./initializer.ts";

/** What weights are drawn from; the truncated normal distribution ends at two of its standard deviations. */
export type Distribution = "uniform" | "normal" | "truncatedNormal";

/** Options of {@link glorot}, {@link he} and {@link lecun}. */
export interface ScaledOptions {
  /** By default `"uniform"` for `glorot` and `"normal"` for the others, as in the papers; the variance is the same. */
  readonly distribution?: Distribution;
  /** What the standard deviation is multiplied by; by default 1. */
  readonly gain?: number;
}

const distributions: readonly Distribution[] = ["uniform", "normal", "truncatedNormal"];

function scaled(
  where: string,
  shape: readonly number[],
  variance: number,
  usual: Distribution,
  options: ScaledOptions,
): Initializer {
  checkOptions(where, options, ["distribution", "gain"]);
  const { distribution = usual, gain = 1 } = options;
  checkNumbers(where, { gain });
  if (!distributions.includes(distribution)) {
    throw new BindingError(
      `${where}: distribution must be one of ${distributions.join(", ")}, not ${String(distribution)}`,
    );
  }
  const std = gain * Math.sqrt(variance);
  return drawn(where, shape, (parameter, draws) => {
    write(parameter, (i) => {
      if (distribution === "uniform") {
        return Math.sqrt(3) * std * (2 * draws.uniform(i) - 1);
      }
      return std * (distribution === "normal" ? draws.normal(i) : truncated(draws, i));
    });
  });
}

/**
 * Variance 2 / (in + out): for `tanh` and `sigmoid` (Glorot and Bengio, 2010, equations 12 and 16). Also called Xavier.
 *
 * @param shape [in, out] of `linear`, [filters, height, width, channels] of `conv2d`, or [..., in, out], several matrices
 * @example parameters({ w: glorot([784, 10]) }, { seed: 1 })
 */
export function glorot(shape: readonly number[], options: ScaledOptions = {}): Initializer {
  const fans = fansOf("glorot", shape);
  return scaled("glorot", shape, 2 / (fans.in + fans.out), "uniform", options);
}

/**
 * Variance 2 / in: for `relu` and its like (He, Zhang, Ren and Sun, 2015, section 2.2). Also called Kaiming.
 *
 * @param shape [in, out] of `linear`, [filters, height, width, channels] of `conv2d`, or [..., in, out], several matrices
 * @example parameters({ filters: he([16, 3, 3, 8]) }, { seed: 1 })
 */
export function he(shape: readonly number[], options: ScaledOptions = {}): Initializer {
  return scaled("he", shape, 2 / fansOf("he", shape).in, "normal", options);
}

/**
 * Variance 1 / in: for layers whose outputs are to have the variance of their inputs (LeCun, Bottou, Orr and Müller,
 * 1998, section 4.6), as behind a normalization or before `softmax`.
 *
 * @param shape [in, out] of `linear`, [filters, height, width, channels] of `conv2d`, or [..., in, out], several matrices
 * @example parameters({ w: lecun([64, 10]) }, { seed: 1 })
 */
export function lecun(shape: readonly number[], options: ScaledOptions = {}): Initializer {
  return scaled("lecun", shape, 1 / fansOf("lecun", shape).in, "normal", options);
}
