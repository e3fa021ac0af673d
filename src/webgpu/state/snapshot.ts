/** A copy of an optimizer's parameters and state on the CPU, from which checkpoints are made. */
import type { Begun } from "../../runtime/binding/ages.ts";
import { inNameOrder } from "../../runtime/binding/plans.ts";
import type { Exchangeable, NextPlan } from "../../runtime/exchange.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";
import type {
  RestoreOptions,
  RestorePlan,
  ResumePoint,
  SavedState,
} from "../../runtime/state/restore.ts";
import type { OptimizerState } from "../../runtime/state/state.ts";
import { Stateful } from "../../runtime/state/stateful.ts";
import { type StateArrays, StateStore } from "../../runtime/state/stateStore.ts";
import type { GpuParameterSource, ReadParameter } from "../parameters.ts";

/** A snapshot to write to a device: one that was read, perhaps with a checkpoint loaded into it. */
export interface WrittenSnapshot extends Pick<Stateful, "stateViews"> {
  /** The parameters by name: values and shape. */
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  /** The number of updates made. */
  readonly steps: number;
  /** The number of steps skipped. */
  readonly skippedSteps: number;
}

/** The input of a snapshot. */
interface SnapshotSource {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly arrays: StateArrays;
  readonly seed: number;
  readonly begun: Begun;
  /** The optimizer. */
  readonly of: Exchangeable;
}

/**
 * Parameters and state of the moment when they were read, in arrays: for `saveCheckpoint` and `loadCheckpoint`,
 * and for the CPU. `optimizer.write(snapshot)` writes it back to the device.
 *
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { b: [3] });
 * const optimizer = await optimize(device, net, adam());
 * const snapshot = await optimizer.read();
 * snapshot.parameters.b.data.set([1, 2, 3]); // on the CPU
 * optimizer.write(snapshot); // and back
 * (await optimizer.read()).parameters.b.data; // [1, 2, 3]
 */
export class GpuSnapshot<P extends GpuParameterSource = GpuParameterSource>
  extends Stateful
  implements Exchangeable
{
  /** Arrays of numbers. For parameters in a storage of 16 bits they have the bits, together with the storage. */
  readonly parameters: { readonly [K in keyof P]: ReadParameter<P[K]> };
  readonly #source: SnapshotSource;
  /** The state when it was read, or when it was last restored. */
  #state: OptimizerState;

  /** @internal Optimizers call it. */
  constructor(source: SnapshotSource) {
    super();
    this.parameters = source.parameters as GpuSnapshot<P>["parameters"];
    this.#source = source;
    this.#state = this.#store().state(0, 0, source.begun);
  }

  /** The number of updates made. */
  get steps(): number {
    return this.#state.step;
  }

  /** The number of steps skipped. */
  get skippedSteps(): number {
    return this.#state.skippedSteps;
  }

  /** The plans of the optimizer, as they are now. */
  get plans(): Exchangeable["plans"] {
    return this.#source.of.plans;
  }

  /** @internal Sets the counts of the moment of reading. */
  behind({ step, skippedSteps }: Pick<OptimizerState, "step" | "skippedSteps">): this {
    this.#state = { ...this.#state, step, skippedSteps };
    return this;
  }

  /** Settings that were in place when a state was saved can be set in the optimizer, too, before the state is restored here. */
  exchangePlans(next: readonly NextPlan[]): void {
    this.#source.of.exchangePlans(next);
    this.#look();
  }

  override stateViews(): OptimizerState {
    return this.#state;
  }

  /** @internal */
  override planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    this.#look();
    return super.planRestore(state, options);
  }

  override resumeAt({ step, skippedSteps, schedules, begun }: ResumePoint): void {
    this.#store().restoreSchedules(schedules);
    this.#state = { ...this.#state, step, skippedSteps, begun };
    this.#look();
  }

  /** Takes the present hyperparameters and schedules. */
  #look(): void {
    const { step, skippedSteps, begun } = this.#state;
    this.#state = this.#store().state(step, skippedSteps, begun);
  }

  #store(): StateStore {
    const { seed, parameters, of, arrays } = this.#source;
    return new StateStore(seed, parameters, inNameOrder(of.plans), () => arrays);
  }
}
