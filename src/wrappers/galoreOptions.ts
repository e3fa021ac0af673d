import type { HyperDefaults, Match, Schedule } from "../rule/definition.ts";
import type { Group } from "../runtime/binding/groups.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { AnyParameter, Parameter } from "../runtime/parameters.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of `galore`: those of `optimize`, and of the projection. */
export interface GaloreOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "groups" | "zeroGradients" | "absent"> {
  /** Directions that are kept of each matrix, at most its shorter side. Default 128. */
  readonly rank?: number;
  /** Updates from one choice of directions to the next, T in the paper. Default 200. */
  readonly every?: number;
  /** What the steps of matrices are multiplied by, alpha in the paper: 0 or more. Default 1. */
  readonly scale?: number;
  /** Decoupled decay, times the learning rate, of the whole parameters: 0 or more. Default 0. */
  readonly weightDecay?: number | Schedule;
  /** Which matrices are projected; others, and vectors, step as they are. Default: all. */
  readonly match?: Match;
  /** As for `optimize`; they may set `weightDecay`, too. */
  readonly groups?: readonly Group<H & { readonly weightDecay: number }>[];
}

/** What its numbers may be. */
const ranges = {
  rank: "whole [1, inf)",
  every: "whole [1, inf)",
  scale: "[0, inf)",
} as const;

/** The names of all. */
const known: readonly string[] = [
  ...Object.keys(ranges),
  ...["weightDecay", "match", "groups", "nonFinite", "seed", "threads", "storage", "backend"],
];

/** @throws {BindingError} where an option is unknown, or a number none that a projection can have */
export function checkGalore(options: object, numbers: Record<keyof typeof ranges, number>): void {
  checkOptions("galore", options, known);
  checkNumbers("galore", ranges, numbers);
}

type Named<P> = readonly [name: string, P];

/** @throws {BindingError} where one is kept otherwise than in float32 or float64 */
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
