/** The programs of an optimizer, in the order in which a step runs them. Each is for the parameters of one group, type and age. */

import type { Execution } from "../step/execution.ts";
import { type Action, reduceGlobally, stagesInOrder } from "../step/globals.ts";
import { type BoundPlan, type Starting, startingOf } from "./binding.ts";

export class Programs {
  readonly bound: readonly BoundPlan[];
  readonly executions: readonly Execution[];
  /** Whether a rule reads the step's loss. */
  readonly usesLoss: boolean;
  /** The actions of a step, in order. */
  readonly actions: readonly Action[];
  readonly #initialStates: InstanceType<Starting["InitialStates"]> | undefined;

  constructor(bound: readonly BoundPlan[]) {
    this.bound = bound;
    this.executions = bound.map(({ execution }) => execution);
    this.usesLoss = this.executions.some(({ plan }) => plan.usesLoss);
    this.actions = stagesInOrder(bound);
    const starting = bound.map(startingOf).find((each) => each !== undefined);
    this.#initialStates = starting && new starting.InitialStates(bound);
    for (const { execution, source } of bound) {
      execution.ages.set(source.ages);
    }
  }

  /** Takes over the hyperparameters of step `t`. */
  begin(t: number, loss: number): void {
    for (let i = 0; i < this.executions.length; i++) {
      this.executions[i]!.begin(t, loss);
    }
  }

  /** Fills the states that begin after this number of updates. */
  fill(updates: number): void {
    this.#initialStates?.fill(updates);
  }

  /** Runs all stages. If a gradient is not finite, it runs only the check of the gradients. */
  run(): boolean {
    for (let i = 0; i < this.actions.length; i++) {
      const action = this.actions[i]!;
      if ("execution" in action) {
        action.execution.runStage(action.stage);
        continue;
      }
      reduceGlobally(action.reduction);
      if (action.isGuard && Number.isNaN(action.reduction.combined[0]!)) {
        return false;
      }
    }
    return true;
  }

  /** Keeps the step's results that no loop has written. */
  end(): void {
    for (let i = 0; i < this.executions.length; i++) {
      this.executions[i]!.end();
    }
  }
}
