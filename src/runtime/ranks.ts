/** The options and the optimizer of `optimize` on many ranks. gradus/distributed implements them. */
import { Feature } from "../feature.ts";
import type { Rule } from "../rule/definition.ts";
import type { AnyOptimizer } from "./contract.ts";
import type { StepGradients } from "./gradients/gradients.ts";
import type { AnyParameterSource } from "./parameters.ts";
import type { StepInputs } from "./settings.ts";
import type { Stateful } from "./state/stateful.ts";
import type { StepReport } from "./step/report.ts";

/** What `optimize` needs to know of a communicator. The `Communicator` of gradus/distributed extends it with operations. */
export interface CommunicatorInfo {
  /** The name of the transport, for reports and errors: `threads`. */
  readonly transport: string;
  /** The number of this rank, from 0. */
  readonly rank: number;
  /** The number of ranks. */
  readonly size: number;
  /** Whether operations are done when they return. */
  readonly synchronous: boolean;
}

/** Options of training on many ranks. */
export interface RankOptions {
  /**
   * The number of updates between two comparisons of all parameters. If the parameters of a rank differ from those of most ranks, all ranks
   * throw an error that names it. Default: 100. `Infinity` compares only in the first step.
   */
  readonly checkEvery?: number;
  /** The largest number of bytes of gradients that ranks send at once, 1 or more. Default: 4 MiB. */
  readonly bucketBytes?: number;
}

/** The options of `optimize` for training on many ranks. */
export interface DistributionOptions extends RankOptions {
  /** The communicator of this rank, from gradus/distributed, such as `await connect()`. All ranks must make the same calls. */
  readonly communicator: CommunicatorInfo;
  /**
   * Whether each rank keeps only the state of its part of the parameters (ZeRO-1). This divides the memory for state, and the work of a
   * step, by the number of ranks. Default: false.
   */
  readonly shardState?: boolean;
}

/** An optimizer on many ranks. All ranks step together. */
export interface RankOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends AnyOptimizer<P>,
    Stateful {
  /** The number of ranks. */
  readonly ranks: number;
  /**
   * Makes a step, as `step` does, also with an asynchronous transport. Await it before the next one.
   * @returns a promise of the report
   */
  stepAsync(gradients?: StepGradients<P>, inputs?: StepInputs): Promise<StepReport>;
  /**
   * Does what `evaluate` does, also with an asynchronous transport.
   * @param callback as for `evaluate`
   */
  evaluateAsync<T>(callback: () => T): Promise<Awaited<T>>;
}

/** Makes the optimizer, if `optimize` gets a communicator. */
export const distributedOptimize = new Feature<
  (source: AnyParameterSource, rule: Rule, options: DistributionOptions) => RankOptimizer
>();
