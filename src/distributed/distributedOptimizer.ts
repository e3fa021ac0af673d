/** What data-parallel optimizers and those with sharded state have in common: all ranks step together. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError, checkOptions, GradientError } from "../runtime/errors.ts";
import { lossOf } from "../runtime/gradients/inputs.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameterSource, ArraysOf } from "../runtime/parameters.ts";
import type { RankOptimizer, RankOptions } from "../runtime/ranks.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import type { RestoreOptions, RestorePlan, SavedState } from "../runtime/state/restore.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { Wrapper } from "../wrappers/wrapper.ts";
import { LocalGradients, type NamedGradients } from "./averaging/localGradients.ts";
import type { Communicator } from "./communicator.ts";
import { type Coroutine, runAsync, runSync } from "./coroutine.ts";
import { checkDrift } from "./drift.ts";
import { RankError } from "./errors.ts";
import { broadcastFirstText, gatherTexts } from "./gather.ts";
import { broadcastParameters, checkReplicas, type SharedOptions } from "./replicas.ts";

/** The options, with defaults filled in. */
export type RankSettings = Required<RankOptions>;

/** @throws {BindingError} if an option is unknown or out of range */
export function rankSettings(where: string, options: RankOptions): RankSettings {
  checkOptions(where, options, ["checkEvery", "bucketBytes"]);
  const { checkEvery = 100, bucketBytes = 4 * 2 ** 20 } = options;
  for (const [name, value] of Object.entries({ checkEvery, bucketBytes })) {
    if (!(typeof value === "number" && value >= 1)) {
      throw new BindingError(`${where}: ${name} must be a number, 1 or more, not ${String(value)}`);
    }
  }
  return { checkEvery, bucketBytes };
}

/** The arguments of `Ranked`. */
export interface DistributedSource {
  /** The optimizer that makes the updates. */
  readonly inner: AnyOptimizer;
  readonly communicator: Communicator;
  readonly settings: RankSettings;
  /** Other options that must be equal on all ranks. */
  readonly sharedOptions: SharedOptions;
  /** Whether a parameter may have no gradient in a step. */
  readonly mayBeAbsent: boolean;
}

/** Which gradients the ranks have in a step. */
export interface PresentGradients {
  /** The parameters for which at least one rank has a gradient. */
  readonly present: ReadonlySet<string>;
  /** Those among them for which all these gradients are sparse. */
  readonly sparse: ReadonlySet<string>;
}

/**
 * Offsets in the numbers that ranks add up at the start of each step. From `gradients` on, there is one number for each parameter: whether a
 * rank has its gradient. Then there is one more for each: whether this gradient is sparse.
 */
const statusOffsets = { failed: 0, compare: 1, losses: 2, loss: 3, gradients: 4 } as const;

export abstract class DistributedOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Wrapper<P>
  implements Omit<RankOptimizer<P>, "bindTo">
{
  protected readonly communicator: Communicator;
  protected readonly local: LocalGradients;
  readonly #settings: RankSettings;
  readonly #sharedOptions: SharedOptions;
  readonly #stepStatus: Float64Array;
  #replicasChecked = false;
  /** The number of updates after which parameters are compared next. */
  #compareAt = 0;
  /** Whether `gradients` has been read. */
  #gradientsRead = false;
  /** Whether a step waits for other ranks. */
  #waiting = false;

  constructor({ inner, communicator, settings, sharedOptions, mayBeAbsent }: DistributedSource) {
    super(inner);
    this.communicator = communicator;
    this.#settings = settings;
    this.#sharedOptions = { ...settings, ...sharedOptions };
    this.local = new LocalGradients(inner, mayBeAbsent);
    this.#stepStatus = new Float64Array(statusOffsets.gradients + 2 * this.local.names.length);
    if (communicator.synchronous) {
      runSync(this.#checkReplicas());
    }
  }

  override get ranks(): number {
    return this.communicator.size;
  }

  /** Write the gradients of this rank here before `step()`. After a step they are undefined, or zero. */
  override get gradients(): ArraysOf<P> {
    this.#gradientsRead = true;
    return this.ownGradients();
  }

  /**
   * Updates all parameters once, with the mean of the gradients of all ranks. Every rank must call it.
   *
   * @param gradients the gradients of this rank, as for `Optimizer.step`. Default: those in `gradients`
   * @param inputs other values that the rule reads. A rule that reads the loss gets the mean over all ranks
   * @returns a report, the same on all ranks
   * @throws {GradientError} on all ranks, if the gradient of one rank is not finite. It names the rank
   * @throws {RankError} if another rank cannot step, does not train the same, or has drifted
   */
  step(gradients?: NamedGradients, inputs?: StepInputs): StepReport {
    if (!this.communicator.synchronous) {
      throw new BindingError(
        `step: the transport (${this.communicator.transport}) is asynchronous; use await stepAsync() instead`,
      );
    }
    return runSync(this.#step(gradients, inputs));
  }

  /** @inheritDoc */
  async stepAsync(gradients?: NamedGradients, inputs?: StepInputs): Promise<StepReport> {
    if (this.#waiting) {
      throw new BindingError(
        "stepAsync: a step still waits for other ranks; await it before the next",
      );
    }
    this.#waiting = true;
    try {
      return await runAsync(this.#step(gradients, inputs));
    } finally {
      this.#waiting = false;
    }
  }

  /** @inheritDoc */
  async evaluateAsync<T>(callback: () => T): Promise<Awaited<T>> {
    return await this.evaluate(callback);
  }

  /** @internal Ranks may restore different states, so the next step compares them. */
  override planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    this.#compareAt = 0;
    return super.planRestore(state, options);
  }

  /** The arrays of `gradients`. */
  protected abstract ownGradients(): ArraysOf<P>;

  /** @internal Lets all ranks save and load a checkpoint together. */
  override get rankGroup(): RankGroup {
    const { communicator } = this;
    const gather = (text: string) => {
      if (!communicator.synchronous) {
        throw new BindingError(
          `checkpoints: the transport (${communicator.transport}) is asynchronous; save \`state()\` of each rank instead`,
        );
      }
      return runSync(gatherTexts(communicator, text));
    };
    return {
      rank: communicator.rank,
      size: communicator.size,
      gatherTexts: gather,
      ...this.shardLayout(),
    };
  }

  /** Which arrays of the state are divided among ranks. Here none is: all ranks have the same. */
  protected shardLayout(): Pick<RankGroup, "counters" | "isSharded" | "ownerOf"> {
    return { counters: {}, isSharded: () => false, ownerOf: () => undefined };
  }

  /** Makes a step with the gradients in `local`, after all ranks have said that they can. */
  protected abstract update(present: PresentGradients, inputs: StepInputs): Coroutine<StepReport>;

  /**
   * Makes the error that all ranks throw if a gradient is not finite. It names the gradient and the rank.
   * @param otherwise the error if all gradients are finite, but their mean or its square is not
   */
  protected *nonFiniteError(otherwise: GradientError): Coroutine<GradientError> {
    const culprit = yield* broadcastFirstText(this.communicator, this.local.nonFinite);
    return culprit === undefined
      ? otherwise
      : new GradientError(
          `step ${this.steps + 1}: on rank ${culprit.rank} ${culprit.text}; nothing was updated on any rank. ` +
            'Set nonFinite to "skip" to skip such steps, or to "allow" to make them anyway.',
        );
  }

  *#checkReplicas(): Coroutine<void> {
    yield* checkReplicas(this.communicator, this.inner, this.#sharedOptions);
    yield* broadcastParameters(this.communicator, this.inner);
    this.#replicasChecked = true;
  }

  *#step(
    gradients: NamedGradients | undefined,
    inputs: StepInputs | undefined,
  ): Coroutine<StepReport> {
    if (!this.#replicasChecked) {
      yield* this.#checkReplicas();
    }
    const failure = this.#takeGradients(gradients, inputs);
    yield this.communicator.allReduce(this.#stepStatus, "sum");
    const all = this.#stepStatus;
    if (all[statusOffsets.failed]! > 0) {
      throw yield* this.#failure(failure);
    }
    if (all[statusOffsets.compare]! > 0) {
      yield* checkDrift(this.communicator, this.inner);
      this.#compareAt = this.steps + this.#settings.checkEvery;
    }
    const { size } = this.communicator;
    const losses = all[statusOffsets.losses]!;
    if (losses !== 0 && losses !== size) {
      throw new GradientError(
        `step: ${losses} of ${size} ranks were given a loss; pass one on all ranks, or on none`,
      );
    }
    return yield* this.update(
      this.#presentGradients(),
      losses > 0 ? { loss: all[statusOffsets.loss]! / size } : {},
    );
  }

  #presentGradients(): PresentGradients {
    const { names } = this.local;
    const counts = this.#stepStatus.subarray(statusOffsets.gradients);
    const isPresent = (_: string, i: number) => counts[i]! > 0;
    const isOfRows = (_: string, i: number) =>
      counts[i]! > 0 && counts[names.length + i] === counts[i];
    return {
      present: new Set(names.filter(isPresent)),
      sparse: new Set(names.filter(isOfRows)),
    };
  }

  /** Takes the gradients and the loss of this rank, and fills `#stepStatus` for the other ranks. @returns the error if this rank cannot step */
  #takeGradients(
    gradients: NamedGradients | undefined,
    inputs: StepInputs | undefined,
  ): Error | undefined {
    const { names } = this.local;
    this.#stepStatus.fill(0);
    this.#stepStatus[statusOffsets.compare] = Number(this.steps >= this.#compareAt);
    try {
      if (gradients === undefined && !this.#gradientsRead && names.length > 0) {
        throw new GradientError(
          "there are no gradients yet: write them into `optimizer.gradients`, or pass them to `step`",
        );
      }
      const loss = lossOf(inputs, false, "allow");
      const own = this.ownGradients() as Readonly<Record<string, StoredElements>>;
      this.local.take(gradients === undefined ? own : gradients, own);
      if (inputs?.loss !== undefined) {
        this.#stepStatus[statusOffsets.losses] = 1;
        this.#stepStatus[statusOffsets.loss] = loss;
      }
      names.forEach((name, index) => {
        this.#stepStatus[statusOffsets.gradients + index] = Number(this.local.has(name));
        const ofRows = this.local.rowsOf(name) !== undefined;
        this.#stepStatus[statusOffsets.gradients + names.length + index] = Number(ofRows);
      });
      return undefined;
    } catch (error) {
      this.#stepStatus.fill(0);
      this.#stepStatus[statusOffsets.failed] = 1;
      return error as Error;
    }
  }

  *#failure(own: Error | undefined): Coroutine<Error> {
    const { rank, text } = (yield* broadcastFirstText(this.communicator, own?.message))!;
    return (
      own ??
      new RankError(rank, `rank ${rank} cannot step: ${text}. Nothing was updated on any rank`)
    );
  }
}
