/** What an optimizer on a GPU holds, on the CPU: what checkpoints are made of. */
import type { Begun } from "../../runtime/binding/ages.ts";
import type { Plan, PlannedTensor } from "../../runtime/binding/plans.ts";
import type { Parameter } from "../../runtime/parameters.ts";
import type { ResumePoint } from "../../runtime/state/restore.ts";
import type { OptimizerState } from "../../runtime/state/state.ts";
import { Stateful } from "../../runtime/state/stateful.ts";
import { type StateArrays, StateStore } from "../../runtime/state/stateStore.ts";

/**
 * Parameters and state as they were when they were read, in arrays: for `saveCheckpoint` and `loadCheckpoint`,
 * and for the CPU. `optimizer.write(snapshot)` takes it back to the device.
 */
export class GpuSnapshot extends Stateful {
  readonly parameters: Readonly<Record<string, Parameter<Float32Array>>>;
  readonly #stateStore: StateStore;
  #begun: Begun;
  #steps: number;
  #skippedSteps: number;

  /** @internal Made by an optimizer. */
  constructor(source: {
    readonly parameters: Readonly<Record<string, Parameter<Float32Array>>>;
    readonly arrays: StateArrays;
    readonly plans: readonly Plan<PlannedTensor>[];
    readonly seed: number;
    readonly steps: number;
    readonly skippedSteps: number;
    readonly begun: Begun;
  }) {
    super();
    const { parameters, seed, plans, arrays } = source;
    this.parameters = parameters;
    this.#stateStore = new StateStore(seed, parameters, plans, () => arrays);
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

  /** @see Stateful.stateViews */
  override stateViews(): OptimizerState {
    return this.#stateStore.state(this.#steps, this.#skippedSteps, this.#begun);
  }

  /** @see Stateful.resumeAt */
  override resumeAt({ step, skippedSteps, schedules, begun }: ResumePoint): void {
    this.#stateStore.restoreSchedules(schedules);
    this.#begun = begun;
    this.#steps = step;
    this.#skippedSteps = skippedSteps;
  }
}
