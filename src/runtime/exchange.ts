/** Exchanges the plans of an optimizer while its state stays. `setHyper` uses it, on the CPU and on a device. */
import { inNameOrder, type Plan, type PlannedTensor } from "./binding/plans.ts";
import type { Optimizer } from "./optimizer.ts";
import { bindOver } from "./rebinding.ts";
import { StateStore, viewsOf } from "./state/stateStore.ts";
import { stagesInOrder } from "./step/globals.ts";

/** A new plan, and the present plan whose state it continues: for all parameters of that plan, or for some. */
export interface NextPlan<T extends PlannedTensor = PlannedTensor> {
  /** The new plan. */
  readonly plan: Plan<T>;
  /** The present plan. */
  readonly of: Plan<T>;
}

/** An optimizer whose plans can be exchanged, such as one on a GPU. `setHyper` accepts it. */
export interface Exchangeable {
  /** The present plans. */
  readonly plans: readonly Plan<PlannedTensor>[];
  /** Uses these plans from now on. If it throws, nothing was changed. */
  exchangePlans(next: readonly NextPlan[]): void;
}

/** The exchange of plans for an optimizer on the CPU. */
export const exchangeable = (optimizer: Optimizer): Exchangeable => ({
  get plans() {
    return optimizer.plans;
  },
  exchangePlans: (next) => exchange(optimizer, next as readonly NextPlan<never>[]),
});

function exchange(optimizer: Optimizer, given: readonly NextPlan<never>[]): void {
  const { seed, begun, step, skippedSteps } = optimizer.stateViews();
  const { parameters, bound: before } = optimizer;
  const next = given.map(({ plan, of }) => {
    const from = before.find((each) => each.plan === of)!;
    return plan === of ? from : bindOver(from, plan);
  });
  // With other plans, groups may not fit together any more.
  stagesInOrder(next);
  optimizer.bound = next;
  try {
    const stays = { counters: {}, schedules: [], nested: {} };
    optimizer.resumeAt({ step, skippedSteps, begun, ...stays });
  } catch (error) {
    optimizer.bound = before;
    throw error;
  }
  const plans = inNameOrder(next.map(({ plan }) => plan));
  const shaped = parameters as Parameters<typeof viewsOf>[0] &
    ConstructorParameters<typeof StateStore>[1];
  optimizer.stateStore = new StateStore(seed, shaped, plans, () => viewsOf(shaped, next));
}
