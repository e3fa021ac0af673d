/** What an optimizer on a GPU holds, on the CPU: what checkpoints are made of. */
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

/** What is taken back to a device: what was read, with whatever was loaded into it. */
export interface WrittenSnapshot extends Pick<Stateful, "stateViews"> {
  /** By name: values, and shape. */
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  /** Updates made. */
  readonly steps: number;
  /** Steps that were left out. */
  readonly skippedSteps: number;
}

/** What a snapshot is made of. */
interface SnapshotSource {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly arrays: StateArrays;
  readonly seed: number;
  readonly begun: Begun;
  /** The optimizer. */
  readonly of: Exchangeable;
}

/**
 * Parameters and state as they were when they were read, in arrays: for `saveCheckpoint` and `loadCheckpoint`,
 * and for the CPU. `optimizer.write(snapshot)` takes it back to the device.
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
  /** Arrays of numbers; of parameters in a storage of 16 bits their bits, with the storage beside them. */
  readonly parameters: { readonly [K in keyof P]: ReadParameter<P[K]> };
  readonly #source: SnapshotSource;
  /** As it was when it was read, or when something was taken over. */
  #state: OptimizerState;

  /** @internal Made by an optimizer. */
  constructor(source: SnapshotSource) {
    super();
    this.parameters = source.parameters as GpuSnapshot<P>["parameters"];
    this.#source = source;
    this.#state = this.#store().state(0, 0, source.begun);
  }

  /** Updates made. */
  get steps(): number {
    return this.#state.step;
  }

  /** Steps that were left out. */
  get skippedSteps(): number {
    return this.#state.skippedSteps;
  }

  /** Those of the optimizer, as they are now. */
  get plans(): Exchangeable["plans"] {
    return this.#source.of.plans;
  }

  /** @internal Of this moment. */
  behind({ step, skippedSteps }: Pick<OptimizerState, "step" | "skippedSteps">): this {
    this.#state = { ...this.#state, step, skippedSteps };
    return this;
  }

  /** What was set when a state was saved can be set in the optimizer, too, before it is taken over here. */
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

  /** Takes hyperparameters and schedules as they are now. */
  #look(): void {
    const { step, skippedSteps, begun } = this.#state;
    this.#state = this.#store().state(step, skippedSteps, begun);
  }

  #store(): StateStore {
    const { seed, parameters, of, arrays } = this.#source;
    return new StateStore(seed, parameters, inNameOrder(of.plans), () => arrays);
  }
}
