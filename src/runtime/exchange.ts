/** Other plans over the state that an optimizer has: what setting hyperparameters comes to, on the CPU and on a device. */
import type { Begun } from "./binding/ages.ts";
import { inNameOrder, type Plan, type PlannedTensor } from "./binding/plans.ts";
import type { Optimizer } from "./optimizer.ts";
import { bindOver } from "./rebinding.ts";
import type { OptimizerState } from "./state/state.ts";
import { StateStore, viewsOf } from "./state/stateStore.ts";
import { stagesInOrder } from "./step/globals.ts";

/** A plan, and that of now whose state it goes on with: of all its parameters, or of some. */
export interface NextPlan<T extends PlannedTensor = PlannedTensor> {
  readonly plan: Plan<T>;
  readonly of: Plan<T>;
}

/** What steps by plans that can be exchanged, such as an optimizer on a GPU: `setHyper` takes it. */
export interface Exchangeable {
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

/** Of an optimizer whose hyperparameters are set while steps go on. */
class FreshStateStore extends StateStore {
  readonly #given: ConstructorParameters<typeof StateStore>;

  constructor(...given: ConstructorParameters<typeof StateStore>) {
    super(...given);
    this.#given = given;
  }

  override state(step: number, skippedSteps: number, begun: Begun): OptimizerState {
    return new StateStore(...this.#given).state(step, skippedSteps, begun);
  }
}

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
  optimizer.stateStore = new FreshStateStore(seed, shaped, plans, () => viewsOf(shaped, next));
}
