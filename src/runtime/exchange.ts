/** Other plans over the state that an optimizer has: what setting hyperparameters comes to, on the CPU and on a device. */
import { inNameOrder, type Plan, type PlannedTensor } from "./binding/plans.ts";
import type { Optimizer } from "./optimizer.ts";
import { bindOver } from "./rebinding.ts";
import { StateStore, viewsOf } from "./state/stateStore.ts";
import { stagesInOrder } from "./step/globals.ts";

/** A plan, and that of now whose state it goes on with: of all its parameters, or of some. */
export interface NextPlan<T extends PlannedTensor = PlannedTensor> {
  /** The plan from now on. */
  readonly plan: Plan<T>;
  /** The plan of now. */
  readonly of: Plan<T>;
}

/** What steps by plans that can be exchanged, such as an optimizer on a GPU: `setHyper` takes it. */
export interface Exchangeable {
  /** Those that it steps by. */
  readonly plans: readonly Plan<PlannedTensor>[];
  /** Steps by these plans from now on; throws where it cannot, and then has changed nothing. */
  exchangePlans(next: readonly NextPlan[]): void;
}

/** The plans of an optimizer on the CPU. */
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
  // Groups may not go together any more.
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
