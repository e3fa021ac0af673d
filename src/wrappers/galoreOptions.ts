import type { HyperDefaults, Match, Schedule } from "../rule/definition.ts";
import type { Group } from "../runtime/binding/groups.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { AnyParameter, Parameter } from "../runtime/parameters.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of `galore`: those of `optimize`, and of the projection. */
export interface GaloreOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "groups" | "zeroGradients" | "absent"> {
  /** The number of directions kept for each matrix, at most the length of its shorter side. Default: 128. */
  readonly rank?: number;
  /** The number of updates from one choice of directions to the next, T in the paper. Default: 200. */
  readonly every?: number;
  /** The factor for steps of matrices, alpha in the paper: 0 or more. Default: 1. */
  readonly scale?: number;
  /** Decoupled weight decay of the whole parameters, times the learning rate: 0 or more. Default: 0. */
  readonly weightDecay?: number | Schedule;
  /** The matrices to project. All others, and vectors, step without projection. Default: all. */
  readonly match?: Match;
  /** As for `optimize`. Groups may also set `weightDecay`. */
  readonly groups?: readonly Group<H & { readonly weightDecay: number }>[];
}

/** The ranges of the numbers. */
const ranges = {
  rank: "whole [1, inf)",
  every: "whole [1, inf)",
  scale: "[0, inf)",
} as const;

/** The names of all options. */
const known: readonly string[] = [
  ...Object.keys(ranges),
  ...["weightDecay", "match", "groups", "nonFinite", "seed", "threads", "storage", "backend"],
];

/** @throws {BindingError} if an option is unknown, or a number is out of range */
export function checkGalore(options: object, numbers: Record<keyof typeof ranges, number>): void {
  checkOptions("galore", options, known);
  checkNumbers("galore", ranges, numbers);
}

type Named<P> = readonly [name: string, P];

/** @throws {BindingError} if a parameter is not in float32 or float64 */
export function checkMovable(described: readonly Named<AnyParameter>[]): Named<Parameter>[] {
  for (const [name, { storage }] of described) {
    if (storage !== undefined) {
      throw new BindingError(
        `galore: parameter \`${name}\` is kept in ${storage.name}, but galore works with float32 and float64 parameters only; its state may have a \`storage\``,
      );
    }
  }
  return described as Named<Parameter>[];
}
