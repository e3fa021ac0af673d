/** Fills states that start from a number other than zero, or from an expression. */
import { fillStored } from "../../compilers/storages/fillStored.ts";
import { type BoundPlan, declaredAs, type Kept, placeAll } from "../binding/binding.ts";
import { storageOf } from "../binding/plans.ts";
import type { Tensor } from "../binding/tensor.ts";
import { fill } from "../gradients/wholeTensors.ts";
import { type FloatArray, MemoryScope } from "../memory/memory.ts";
import { Execution } from "../step/execution.ts";

/** Fills one tensor's state with a number. */
function fillOne(
  { plan, state, scalars }: Kept,
  tensor: Tensor,
  slot: string,
  value: number,
): void {
  const array = state.get(slot)?.get(tensor);
  if (array === undefined) {
    const index = plan.program.scalars.findIndex((each) => each.slot === slot);
    scalars.get(tensor)![index] = value;
    return;
  }
  const { kind } = declaredAs(plan.rule.parts, slot);
  if (kind === "element") {
    fillStored(storageOf(plan, slot), array, tensor.length, value);
  } else {
    fill(array as FloatArray, kind, value);
  }
}

const slotsOf = ({ plan, state }: Kept): string[] => [
  ...state.keys(),
  ...plan.program.scalars.map(({ slot }) => slot),
];

/** Fills states that start from a number. */
function fillNumbers(kept: Kept): void {
  for (const slot of slotsOf(kept)) {
    const { initial } = declaredAs(kept.plan.rule.parts, slot);
    for (const tensor of typeof initial === "number" && initial !== 0 ? kept.plan.tensors : []) {
      fillOne(kept, tensor, slot, initial as number);
    }
  }
}

/** Fills states that start from an expression. */
export class Filling {
  readonly #bound: BoundPlan;
  readonly #scope: MemoryScope;
  readonly #execution: Execution | undefined;

  constructor(bound: BoundPlan, slots: readonly string[]) {
    const { source, plan, state } = bound;
    this.#bound = bound;
    this.#scope = new MemoryScope(source.scope.memory);
    const program = plan.rule.planner.initial(plan.rule, plan.hyper, slots);
    if (program !== undefined) {
      const { scalars: _, ...rest } = source;
      this.#execution = new Execution({
        ...{ ...rest, scope: this.#scope, plan: { ...plan, program } },
      });
      placeAll(this.#execution, state);
    }
  }

  /** Computes them from the parameters as they are before step `t`. */
  run(t: number): void {
    const execution = this.#execution;
    if (execution === undefined) {
      return;
    }
    execution.begin(t);
    execution.runStage(0);
    execution.end();
    const { scalars } = execution.program;
    for (let i = 0; i < execution.tensors.length; i++) {
      const { tensor, inputs } = execution.tensors[i]!;
      for (let index = 0; index < scalars.length; index++) {
        fillOne(this.#bound, tensor, scalars[index]!.slot, inputs.scalars[index]!);
      }
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }
}

/** Fills all state that exists at binding. */
export function startState(bound: BoundPlan): void {
  fillNumbers(bound);
  const filling = new Filling(bound, slotsOf(bound));
  filling.run(1);
  filling.dispose();
}
