/** Optimizers of many ranks: what `optimize` takes and gives for them. gradus/distributed makes them. */
import { Feature } from "../feature.ts";
import type { Rule } from "../rule/definition.ts";
import type { AnyOptimizer } from "./contract.ts";
import type { StepGradients } from "./gradients/gradients.ts";
import type { AnyParameterSource } from "./parameters.ts";
import type { StepInputs } from "./settings.ts";
import type { Stateful } from "./state/stateful.ts";
import type { StepReport } from "./step/report.ts";

/** This rank among those of a run, as the `Communicator` of gradus/distributed is one. */
export interface Ranks {
  /** What carries messages, for reports and errors: `threads`. */
  readonly transport: string;
  /** This rank, from 0. */
  readonly rank: number;
  /** The number of ranks. */
  readonly size: number;
  /** Whether operations are done when they return. */
  readonly synchronous: boolean;
}

/** How ranks train together. */
export interface RankOptions {
  /**
   * Updates from one comparison of all parameters to the next: a rank that has other parameters than the rest is named, and no
   * rank steps on. Default 100; `Infinity` compares at the first step alone.
   */
  readonly checkEvery?: number;
  /** Bytes of gradients that travel at once: from 1 on. Default 4 MiB. */
  readonly bucketBytes?: number;
}

/** What training on many ranks takes besides the options of one process. */
export interface Distribution extends RankOptions {
  /** The ranks, such as those of MPI: a `Communicator` of gradus/distributed. All of them make the same calls. */
  readonly communicator: Ranks;
  /**
   * Whether each rank keeps only the state of its part of the parameters (ZeRO-1): memory for state is divided by the number of
   * ranks, and the step as well. Default false.
   */
  readonly shardState?: boolean;
}

/** An optimizer that steps together with those of other ranks. */
export interface RankOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends AnyOptimizer<P>,
    Stateful {
  readonly ranks: number;
  /**
   * As `step`, for transports that are not done when a call returns: one step at a time.
   * @returns a promise of the report
   */
  stepAsync(gradients?: StepGradients<P>, inputs?: StepInputs): Promise<StepReport>;
  /**
   * As `evaluate`, for the same transports.
   * @param callback as for `evaluate`
   */
  evaluateAsync<T>(callback: () => T): Promise<Awaited<T>>;
}

/** Makes one of the arguments of `optimize`. */
export const distributing = new Feature<
  (source: AnyParameterSource, rule: Rule, options: Distribution) => RankOptimizer
>();
