/** An optimizer that steps when those of all other ranks do: what data parallel and sharded ones have in common. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError, checkOptions, GradientError } from "../runtime/errors.ts";
import { lossOf } from "../runtime/gradients/inputs.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameterSource, ArraysOf } from "../runtime/parameters.ts";
import type { RankOptimizer, RankOptions } from "../runtime/ranks.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { RestoreOptions, RestorePlan, SavedState } from "../runtime/state/restore.ts";
import type { Together } from "../runtime/state/together.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { Wrapper } from "../wrappers/wrapper.ts";
import { agree, type Given, sameParameters } from "./agreement.ts";
import { LocalGradients, type Passing } from "./averaging/localGradients.ts";
import type { Communicator } from "./communicator.ts";
import { compareRanks } from "./drift.ts";
import { RankError } from "./errors.ts";
import { allSaid, type Exchange, firstSaid, later, now } from "./exchange.ts";

/** Options with their defaults. */
export type RankSettings = Required<RankOptions>;

/** @throws {BindingError} where one is unknown or has no such value */
export function rankSettings(where: string, options: RankOptions): RankSettings {
  checkOptions(where, options, ["checkEvery", "bucketBytes"]);
  const { checkEvery = 100, bucketBytes = 4 * 2 ** 20 } = options;
  for (const [name, value] of Object.entries({ checkEvery, bucketBytes })) {
    if (!(typeof value === "number" && value >= 1)) {
      throw new BindingError(`${where}: ${name} is a number from 1 on, not ${String(value)}`);
    }
  }
  return { checkEvery, bucketBytes };
}

/** What `Ranked` is made of. */
export interface RankedSource {
  /** Makes the updates. */
  readonly inner: AnyOptimizer;
  readonly communicator: Communicator;
  readonly settings: RankSettings;
  /** What else all ranks must have been given alike. */
  readonly given: Given;
  /** Whether a step may bring no gradient of a parameter. */
  readonly mayBeAbsent: boolean;
}

/** What all ranks together bring to a step. */
export interface Brought {
  /** The parameters that any rank has a gradient of. */
  readonly present: ReadonlySet<string>;
  /** Those among them of which ranks have some rows alone. */
  readonly ofRows: ReadonlySet<string>;
}

/**
 * The start of what ranks tell each other at each step; then, for each parameter, whether a rank has its gradient, and for each whether it is of
 * some rows.
 */
const told = { failed: 0, compare: 1, losses: 2, loss: 3, gradients: 4 } as const;

export abstract class Ranked<P extends AnyParameterSource = AnyParameterSource>
  extends Wrapper<P>
  implements Omit<RankOptimizer<P>, "bindTo">
{
  protected readonly communicator: Communicator;
  protected readonly local: LocalGradients;
  readonly #settings: RankSettings;
  readonly #given: Given;
  readonly #told: Float64Array;
  #agreed = false;
  /** The update behind which parameters are compared next. */
  #compareAt = 0;
  /** Whether its own gradients have been asked for. */
  #asked = false;
  /** Whether a step waits for other ranks. */
  #waiting = false;

  constructor({ inner, communicator, settings, given, mayBeAbsent }: RankedSource) {
    super(inner);
    this.communicator = communicator;
    this.#settings = settings;
    this.#given = { ...settings, ...given };
    this.local = new LocalGradients(inner, mayBeAbsent, this.rowsRefused);
    this.#told = new Float64Array(told.gradients + 2 * this.local.names.length);
    if (communicator.synchronous) {
      now(this.#agree());
    }
  }

  override get ranks(): number {
    return this.communicator.size;
  }

  /** Write this rank's gradients here before `step()`; behind it they are undefined, or zero. */
  override get gradients(): ArraysOf<P> {
    this.#asked = true;
    return this.ownGradients();
  }

  /**
   * Updates all parameters once, by the mean of the gradients of all ranks; every rank calls it.
   *
   * @param gradients of this rank, as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads besides; of the losses of ranks it sees the mean
   * @returns a report, the same on all ranks
   * @throws {GradientError} on all ranks, where one rank's gradient is not finite: it names the rank
   * @throws {RankError} where another rank could not step, does not train the same, or has drifted
   */
  step(gradients?: Passing, inputs?: StepInputs): StepReport {
    if (!this.communicator.synchronous) {
      throw new BindingError(
        `step: ranks speak by ${this.communicator.transport}, which is not done when a call returns: await stepAsync() in its place`,
      );
    }
    return now(this.#step(gradients, inputs));
  }

  /** @inheritDoc */
  async stepAsync(gradients?: Passing, inputs?: StepInputs): Promise<StepReport> {
    if (this.#waiting) {
      throw new BindingError(
        "stepAsync: a step still waits for other ranks; await it before the next",
      );
    }
    this.#waiting = true;
    try {
      return await later(this.#step(gradients, inputs));
    } finally {
      this.#waiting = false;
    }
  }

  /** @inheritDoc */
  async evaluateAsync<T>(callback: () => T): Promise<Awaited<T>> {
    return await this.evaluate(callback);
  }

  /** @internal What is restored may differ between ranks: the next step compares it. */
  override planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    this.#compareAt = 0;
    return super.planRestore(state, options);
  }

  /** Why gradients of some rows are refused, if they are. */
  protected get rowsRefused(): string | undefined {
    return undefined;
  }

  /** The arrays of `gradients`. */
  protected abstract ownGradients(): ArraysOf<P>;

  /** @internal What checkpoints ask: all ranks save and load together. */
  override get together(): Together {
    const { communicator } = this;
    const exchange = (text: string) => {
      if (!communicator.synchronous) {
        throw new BindingError(
          `checkpoints: ranks speak by ${communicator.transport}, which is not done when a call returns: take \`state()\` of each rank in its place`,
        );
      }
      return now(allSaid(communicator, text));
    };
    return { rank: communicator.rank, size: communicator.size, exchange, ...this.parts() };
  }

  /** Which arrays of the state ranks have parts of: here none, all have the same. */
  protected parts(): Pick<Together, "counters" | "isCut" | "ownerOf"> {
    return { counters: {}, isCut: () => false, ownerOf: () => undefined };
  }

  /** Steps by what `local` has, where all ranks can. */
  protected abstract update(brought: Brought, inputs: StepInputs): Exchange<StepReport>;

  /**
   * What all ranks throw where a gradient is not finite: which, and on which rank.
   * @param otherwise where no rank's own is, but the mean, or its square
   */
  protected *refusal(otherwise: GradientError): Exchange<GradientError> {
    const said = yield* firstSaid(this.communicator, this.local.notFinite);
    return said === undefined
      ? otherwise
      : new GradientError(
          `step ${this.steps + 1}: on rank ${said.rank} ${said.text}; nothing was updated on any rank. ` +
            'Set nonFinite to "skip" to leave out such steps, or to "allow" to let them through.',
        );
  }

  *#agree(): Exchange<void> {
    yield* agree(this.communicator, this.inner, this.#given);
    yield* sameParameters(this.communicator, this.inner);
    this.#agreed = true;
  }

  *#step(gradients: Passing | undefined, inputs: StepInputs | undefined): Exchange<StepReport> {
    if (!this.#agreed) {
      yield* this.#agree();
    }
    const failure = this.#take(gradients, inputs);
    yield this.communicator.allReduce(this.#told, "sum");
    const all = this.#told;
    if (all[told.failed]! > 0) {
      throw yield* this.#failure(failure);
    }
    if (all[told.compare]! > 0) {
      yield* compareRanks(this.communicator, this.inner);
      this.#compareAt = this.steps + this.#settings.checkEvery;
    }
    const { size } = this.communicator;
    const losses = all[told.losses]!;
    if (losses !== 0 && losses !== size) {
      throw new GradientError(
        `step: ${losses} of ${size} ranks were given a loss: all are, or none is`,
      );
    }
    return yield* this.update(this.#brought(), losses > 0 ? { loss: all[told.loss]! / size } : {});
  }

  #brought(): Brought {
    const { names } = this.local;
    const given = this.#told.subarray(told.gradients);
    const isPresent = (_: string, i: number) => given[i]! > 0;
    const isOfRows = (_: string, i: number) =>
      given[i]! > 0 && given[names.length + i] === given[i];
    return {
      present: new Set(names.filter(isPresent)),
      ofRows: new Set(names.filter(isOfRows)),
    };
  }

  /** Takes what this rank brings, and writes down what it tells the others. @returns why it cannot step, if it cannot */
  #take(gradients: Passing | undefined, inputs: StepInputs | undefined): Error | undefined {
    const { names } = this.local;
    this.#told.fill(0);
    this.#told[told.compare] = Number(this.steps >= this.#compareAt);
    try {
      if (gradients === undefined && !this.#asked && names.length > 0) {
        throw new GradientError(
          "there are no gradients yet: write them into `optimizer.gradients`, or pass them to `step`",
        );
      }
      const loss = lossOf(inputs, false, "allow");
      const own = this.ownGradients() as Readonly<Record<string, StoredElements>>;
      this.local.take(gradients === undefined ? own : gradients, own);
      if (inputs?.loss !== undefined) {
        this.#told[told.losses] = 1;
        this.#told[told.loss] = loss;
      }
      names.forEach((name, index) => {
        this.#told[told.gradients + index] = Number(this.local.has(name));
        const ofRows = this.local.rowsOf(name) !== undefined;
        this.#told[told.gradients + names.length + index] = Number(ofRows);
      });
      return undefined;
    } catch (error) {
      this.#told.fill(0);
      this.#told[told.failed] = 1;
      return error as Error;
    }
  }

  *#failure(own: Error | undefined): Exchange<Error> {
    const { rank, text } = (yield* firstSaid(this.communicator, own?.message))!;
    return (
      own ??
      new RankError(rank, `rank ${rank} cannot step: ${text}. Nothing was updated on any rank`)
    );
  }
}
