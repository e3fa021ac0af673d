/** Computes the weights to evaluate and to ship, if a rule has others than the parameters. */
import { begunAt } from "../binding/ages.ts";
import { type BoundPlan, placeAll, reserve } from "../binding/binding.ts";
import { slotLength } from "../binding/plans.ts";
import { Programs } from "../binding/programs.ts";
import type { Tensor } from "../binding/tensor.ts";
import { MemoryScope } from "../memory/memory.ts";
import type { ParameterArray } from "../parameters.ts";
import { Execution } from "../step/execution.ts";

/** A program that computes the weights from the parameters, next to the one that trains them. */
interface Averaging {
  readonly trained: BoundPlan;
  readonly averaging: BoundPlan;
  /** The part of the rule that has the weights. */
  readonly part: string;
}

function averagingOf(trained: BoundPlan): Averaging | undefined {
  const { plan, source } = trained;
  const { rule, hyper, matrix } = plan;
  const program = rule.planner.evaluation(rule, hyper, matrix);
  if (program === undefined) {
    return undefined;
  }
  const part = rule.parts.findLast(({ definition }) => definition.evaluation !== undefined)!;
  const scope = new MemoryScope(source.scope.memory);
  const { scalars: _, ...rest } = source;
  const own = { ...rest, scope, plan: { ...plan, program } };
  const execution = new Execution(own);
  // Its loops have their own temporaries, so those of a step stay as they are.
  const temporaries = program.slots
    .filter(({ temporary }) => temporary)
    .map((slot) => {
      const lengthOf = (tensor: Tensor) => slotLength(slot, tensor);
      return [slot.name, reserve(scope, plan.tensors, lengthOf)] as const;
    });
  const arrays = new Map([...trained.state, ...temporaries]);
  placeAll(execution, arrays);
  const averaging = { ...trained, plan: own.plan, source: own, execution, arrays };
  return { trained, part: part.name, averaging };
}

/** Copies states of one number. */
function takeScalars({ trained, averaging }: Averaging): void {
  const before = trained.plan.program.scalars;
  for (const { tensor, inputs } of averaging.execution.tensors) {
    for (const [to, { slot }] of averaging.plan.program.scalars.entries()) {
      const from = before.findIndex((each) => each.slot === slot);
      inputs.scalars[to] = trained.scalars.get(tensor)![from]!;
    }
  }
}

export class Evaluation {
  readonly #all: readonly Averaging[];
  /** By the parts that have begun, because reductions over all parameters are over those only. */
  readonly #programs = new Map<string, Programs>();
  /** Copies of the parameters while the weights to evaluate are in their arrays. */
  #saved: ReadonlyMap<ParameterArray, ParameterArray> = new Map();

  constructor(plans: readonly BoundPlan[]) {
    this.#all = plans.flatMap((bound) => averagingOf(bound) ?? []);
  }

  /** Frees its memory. */
  dispose(): void {
    for (const { averaging } of this.#all) {
      averaging.source.scope.dispose();
    }
  }

  /** Replaces the parameters by the weights to evaluate, as they are after `steps` steps. */
  enter(steps: number): void {
    // A part that has not begun has no averages yet, so its parameters are evaluated themselves.
    const begun = this.#all.filter(
      ({ trained, part }) => steps > begunAt(trained.source.ages, { part, shared: false }),
    );
    const programs = this.#programsOf(begun);
    const saved = new Map<ParameterArray, ParameterArray>();
    for (const averaging of begun) {
      takeScalars(averaging);
      const { source, execution, plan } = averaging.averaging;
      execution.ages.set(source.ages);
      for (const { data } of plan.tensors) {
        saved.set(data, data.slice());
      }
    }
    programs.begin(steps, Number.NaN);
    this.#saved = saved;
    programs.run();
    programs.end();
  }

  #programsOf(begun: readonly Averaging[]): Programs {
    const having = new Set(begun);
    const key = this.#all.map((each) => Number(having.has(each))).join("");
    const programs = this.#programs.get(key) ?? new Programs(begun.map((each) => each.averaging));
    this.#programs.set(key, programs);
    return programs;
  }

  /** Restores the parameters, bit for bit. */
  leave(): void {
    for (const [data, saved] of this.#saved) {
      data.set(saved);
    }
    this.#saved = new Map();
  }
}
