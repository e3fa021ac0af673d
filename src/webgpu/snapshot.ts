/** What an optimizer on a GPU holds, on the CPU: what checkpoints are made of. */
import type { Begun } from "../runtime/ages.ts";
import { Keeper, type StateArrays } from "../runtime/keeper.ts";
import type { Parameter } from "../runtime/parameters.ts";
import type { Plan, Planned } from "../runtime/plans.ts";
import type { ResumePoint } from "../runtime/restore.ts";
import { Resumable } from "../runtime/resumable.ts";
import type { OptimizerState } from "../runtime/state.ts";

/**
 * Parameters and state as they were when they were read, in arrays: for `saveCheckpoint` and `loadCheckpoint`,
 * and for the CPU. `optimizer.write(snapshot)` takes it back to the device.
 */
export class GpuSnapshot extends Resumable {
  readonly parameters: Readonly<Record<string, Parameter<Float32Array>>>;
  readonly #keeper: Keeper;
  #begun: Begun;
  #steps: number;
  #skippedSteps: number;

  /** @internal Made by an optimizer. */
  constructor(source: {
    readonly parameters: Readonly<Record<string, Parameter<Float32Array>>>;
    readonly arrays: StateArrays;
    readonly plans: readonly Plan<Planned>[];
    readonly seed: number;
    readonly steps: number;
    readonly skippedSteps: number;
    readonly begun: Begun;
  }) {
    super();
    const { parameters, seed, plans, arrays } = source;
    this.parameters = parameters;
    this.#keeper = new Keeper(seed, parameters, plans, () => arrays);
    this.#steps = source.steps;
    this.#skippedSteps = source.skippedSteps;
    this.#begun = source.begun;
  }

  /** Updates made. */
  get steps(): number {
    return this.#steps;
  }

  get skippedSteps(): number {
    return this.#skippedSteps;
  }

  /** @see Resumable.stateViews */
  override stateViews(): OptimizerState {
    return this.#keeper.state(this.#steps, this.#skippedSteps, this.#begun);
  }

  /** @see Resumable.resumeAt */
  override resumeAt({ step, skippedSteps, schedules, begun }: ResumePoint): void {
    this.#keeper.restoreSchedules(schedules);
    this.#begun = begun;
    this.#steps = step;
    this.#skippedSteps = skippedSteps;
  }
}
