/** The weights to evaluate and to ship, where a rule has others than the parameters. */
import { type BoundPlan, placeAll } from "./binding.ts";
import { Execution } from "./execution.ts";
import type { FloatArray } from "./memory.ts";
import { thenLeave } from "./thenLeave.ts";

/** A program that makes them of the parameters, and the plan whose state it reads. */
interface Averaging {
  readonly bound: BoundPlan;
  readonly execution: Execution;
}

export class Evaluation {
  readonly #averagings: readonly Averaging[];
  /** The parameters while others stand in their place. */
  #saved: ReadonlyMap<FloatArray, FloatArray> | undefined;

  constructor(plans: readonly BoundPlan[]) {
    this.#averagings = plans.flatMap((bound) => {
      const { rule, hyper, matrix } = bound.plan;
      const program = rule.planner.evaluation(rule, hyper, matrix);
      if (program === undefined) {
        return [];
      }
      const { source, state } = bound;
      const execution = new Execution({ ...source, plan: { ...bound.plan, program } });
      placeAll(execution, state);
      return [{ bound, execution }];
    });
  }

  get entered(): boolean {
    return this.#saved !== undefined;
  }

  /** Runs a callback with the weights to evaluate in the parameters' place, as they are after `steps` steps. */
  during<T>(steps: number, callback: () => T): T {
    const evaluate = () => {
      this.#enter(steps);
      return callback();
    };
    return thenLeave(evaluate, () => this.#leave());
  }

  #enter(steps: number): void {
    const saved = new Map<FloatArray, FloatArray>();
    this.#saved = saved;
    for (const { bound, execution } of steps > 0 ? this.#averagings : []) {
      for (const { tensor, inputs } of execution.tensors) {
        saved.set(tensor.data, tensor.data.slice());
        const trained = bound.execution.tensors.find((each) => each.tensor === tensor)!;
        for (const [to, { slot }] of execution.program.scalars.entries()) {
          const from = bound.plan.program.scalars.findIndex((each) => each.slot === slot);
          inputs.scalars[to] = trained.inputs.scalars[from]!;
        }
      }
      execution.begin(steps);
      for (let stage = 0; stage < execution.stages; stage++) {
        execution.runStage(stage);
      }
      execution.end();
    }
  }

  /** Puts the parameters back, bit for bit. */
  #leave(): void {
    for (const [data, saved] of this.#saved ?? []) {
      data.set(saved);
    }
    this.#saved = undefined;
  }
}
