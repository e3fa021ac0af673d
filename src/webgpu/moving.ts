/** An optimizer whose parameters may come and go, and whose gradients are in other buffers at each step, or missing. */
import type { Begun } from "../runtime/binding/ages.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { SavedState } from "../runtime/state/restore.ts";
import { layOutAll, movingSource, plansOf } from "./bind.ts";
import type { BindSource } from "./bound.ts";
import { placeholdersFor } from "./dispatches/moving.ts";
import type { GpuOptimizer } from "./optimizer.ts";
import type { GpuParameterSource } from "./parameters.ts";
import type { GpuBound, GpuGradients } from "./settings.ts";
import { heldBy, parametersOf, stateOf } from "./state/arrays.ts";
import { releaseStates } from "./state/exchanging.ts";
import { rearranged, withoutSome } from "./state/rearranging.ts";
import { takeState } from "./state/resuming.ts";
import { GpuSnapshot } from "./state/snapshot.ts";
import { type GpuTensor, type Place, tensorsOf } from "./tensor.ts";

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((name) => other.has(name));

const nobody: ReadonlySet<string> = new Set();

/** The ages if the tensors of these plans begin after the last update. */
function begunBehind({ begun, ring }: GpuBound, plans: readonly Plan<GpuTensor>[]): Begun {
  const parts = { ...begun.parts };
  for (const { rule, tensors } of plans) {
    for (const { name } of tensors) {
      parts[name] = Object.fromEntries(rule.parts.map((part) => [part.name, ring.updates]));
    }
  }
  return { ...begun, parts };
}

/**
 * Updates only the parameters whose gradients are given; the others keep their values, state and age. New bindings that this
 * needs are made without waiting for the device, over the present state.
 */
export class MovingOptimizer {
  /** The optimizer that makes the steps. Call this class's `step` instead of its `step`. */
  readonly optimizer: GpuOptimizer;
  #source: BindSource;
  #absent = nobody;
  /** For each parameter, the steps that left it alone since it was bound. */
  readonly #missed = new Map<string, number>();

  /** @internal `optimizeNow` calls it. */
  constructor(optimizer: GpuOptimizer, source: BindSource) {
    this.optimizer = optimizer;
    this.#source = source;
  }

  /** The updates asked for. Fewer are made if gradients are not finite; `report()` has their number. */
  get steps(): number {
    return this.optimizer.asked.updates;
  }

  /** @param gradients the gradients of the parameters to update. Each is read where it is, from the beginning of its buffer */
  step(gradients: GpuGradients, inputs: StepInputs = {}): void {
    const names = this.#source.tensors.map(({ name }) => name);
    const absent = new Set(names.filter((name) => gradients[name] === undefined));
    if (!isSame(absent, this.#absent)) {
      this.#rearrange(absent);
    }
    this.optimizer.step(gradients, inputs);
    for (const name of absent) {
      this.#missed.set(name, (this.#missed.get(name) ?? 0) + 1);
    }
  }

  /** Includes all parameters again, before the optimizer is read or evaluated. */
  catchUp(): void {
    if (this.#missed.size > 0) {
      this.#rearrange(this.#absent);
    }
  }

  /** Adds parameters, which begin at their own first step. */
  add(more: GpuParameterSource): void {
    this.#rearrange(this.#absent);
    const { device } = this.#source;
    const owned: GPUBuffer[] = [];
    const fresh = tensorsOf(more, device);
    const gradients = new Map([
      ...this.#source.gradients,
      ...placeholdersFor(device, fresh, owned),
    ]);
    const source = this.#sourceOf([...this.#source.tensors, ...fresh], gradients, {
      ...this.#source.parameters,
      ...more,
    });
    const joined = new Set(fresh.map(({ name }) => name));
    this.optimizer.change("add", (before, bound) => {
      const plans = plansOf(source).flatMap((plan) => {
        const tensors = plan.tensors.filter(({ name }) => joined.has(name));
        return tensors.length > 0 ? [{ ...plan, tensors }] : [];
      });
      const next = { ...before, ...movingSource(source), owned: [...before.owned, ...owned] };
      const now = rearranged(next, bound, {
        laidOut: [...bound.laidOut, ...layOutAll({ ...source, owned: [] }, plans)],
        begun: begunBehind(bound, plans),
        ...{ absent: this.#absent, joined },
      });
      return [next, now];
    });
    this.#source = source;
  }

  /** Removes parameters, with their state. */
  remove(names: readonly string[]): void {
    const gone = new Set(names);
    const tensors = this.#source.tensors.filter(({ name }) => !gone.has(name));
    const parameters = Object.fromEntries(
      Object.entries(this.#source.parameters).filter(([name]) => !gone.has(name)),
    );
    const source = this.#sourceOf(tensors, this.#source.gradients, parameters);
    this.#absent = new Set([...this.#absent].filter((name) => !gone.has(name)));
    for (const name of names) {
      this.#missed.delete(name);
    }
    this.optimizer.change("remove", (before, bound) => {
      const next = { ...before, ...movingSource(source) };
      const laidOut = withoutSome(bound.laidOut, gone);
      const begun = this.#begun(bound.begun);
      const now = rearranged(next, bound, { laidOut, begun, absent: this.#absent });
      releaseStates(bound, now);
      return [next, now];
    });
    this.#source = source;
  }

  /** Continues from a saved state, which has all parameters. @throws {RestoreError} where it does not fit */
  restore(state: SavedState): void {
    const { optimizer } = this;
    let snapshot: GpuSnapshot | undefined;
    optimizer.change("restore", (source, bound) => {
      const { parameters } = parametersOf(source.tensors);
      const { arrays } = stateOf(heldBy(source, bound));
      const { seed, begun } = { ...source, ...bound };
      snapshot = new GpuSnapshot({ parameters, seed, begun, arrays, of: optimizer });
      return [source, bound];
    });
    snapshot!.restore(state);
    optimizer.change("restore", (source, bound) => [source, takeState(source, bound, snapshot!)]);
    this.#absent = nobody;
    this.#missed.clear();
  }

  /** The same optimizer, with steps that leave these parameters alone. */
  #rearrange(absent: ReadonlySet<string>): void {
    this.optimizer.change("step", (source, bound) => {
      const { laidOut } = bound;
      return [
        source,
        rearranged(source, bound, { laidOut, begun: this.#begun(bound.begun), absent }),
      ];
    });
    this.#absent = absent;
    this.#missed.clear();
  }

  /** Parameters that steps have left alone are younger by the number of these steps. */
  #begun(begun: Begun): Begun {
    const parts = { ...begun.parts };
    for (const { rule, tensors } of this.optimizer.plans) {
      for (const { name } of tensors) {
        const missed = this.#missed.get(name);
        if (missed !== undefined) {
          parts[name] = Object.fromEntries(
            rule.parts.map((part) => [part.name, (parts[name]?.[part.name] ?? 0) + missed]),
          );
        }
      }
    }
    return { ...begun, parts };
  }

  #sourceOf(
    tensors: readonly GpuTensor[],
    gradients: ReadonlyMap<GpuTensor, Place>,
    parameters: GpuParameterSource,
  ): BindSource {
    const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
    const stay = new Map(sorted.map((tensor) => [tensor, gradients.get(tensor)!]));
    return { ...this.#source, tensors: sorted, gradients: stay, parameters };
  }
}
