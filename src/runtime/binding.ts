/** Lays out an optimizer's memory and binds its programs to the parameters. */
import { blockLength, elementBytes } from "../compilers/compiler.ts";
import { type Part, stateOf } from "../rule/definition.ts";
import { Execution } from "./execution.ts";
import { extensionsOf } from "./extensions.ts";
import { type FloatArray, MemoryScope, paddedBytes } from "./memory.ts";
import { type ExecutionSource, isWhole, type Plan, slotLength } from "./plans.ts";
import type { Scopes } from "./scopes.ts";
import type { Tensor } from "./tensor.ts";

/** An execution and where the state of its tensors is. */
export interface BoundPlan {
  readonly plan: Plan;
  readonly source: ExecutionSource;
  readonly execution: Execution;
  /** State to tensor to array. */
  readonly state: ReadonlyMap<string, ReadonlyMap<Tensor, FloatArray>>;
}

/** Reserves an array beside an array for each tensor, in their order. */
export function reserve(
  scope: MemoryScope,
  tensors: readonly Tensor[],
  lengthOf: (tensor: Tensor) => number = ({ length }) => length,
): Map<Tensor, FloatArray> {
  const sizes = tensors.map((tensor) => paddedBytes(lengthOf(tensor) * elementBytes[tensor.type]));
  let address = scope.allocate(sizes.reduce((sum, bytes) => sum + bytes, 0));
  return new Map(
    tensors.map((tensor, index) => {
      const view = scope.memory.view(tensor.type, address, lengthOf(tensor));
      address += sizes[index]!;
      return [tensor, view];
    }),
  );
}

/** How many partial results a loop leaves at most. */
function partialCount({ program, tensors }: Plan): number {
  const elements = tensors.reduce((sum, { padded }) => sum + padded, 0) / elementBytes.float32;
  // Rows that are gathered need not fill the last block of what is gathered at once.
  const blocks = 2 + Math.ceil((elements / blockLength) * (17 / 16));
  return isWhole(program)
    ? Math.max(blocks, extensionsOf(program).mostPartials(program, tensors))
    : blocks;
}

/** How a slot was declared by the part that has it. */
export const declaredAs = (parts: readonly Part[], slot: string) => {
  const part = parts.find(({ name }) => slot.startsWith(`${name}.`))!;
  return stateOf(part.definition)[slot.slice(part.name.length + 1)]!;
};

function initialize(source: ExecutionSource, target: Execution, state: BoundPlan["state"]): void {
  const { rule, hyper } = source.plan;
  const { scalars } = target.program;
  const numberOf = (slot: string): number => {
    const { initial } = declaredAs(rule.parts, slot);
    return typeof initial === "number" ? initial : 0;
  };
  const set = (tensor: Tensor, slot: string, value: number): void => {
    const array = state.get(slot)?.get(tensor);
    if (array !== undefined) {
      const { kind } = declaredAs(rule.parts, slot);
      if (kind === "element") {
        array.fill(value);
      } else {
        extensionsOf(source.plan.program).fill(array, kind, value);
      }
      return;
    }
    const index = scalars.findIndex((each) => each.slot === slot);
    target.tensors.find((bound) => bound.tensor === tensor)!.inputs.scalars[index] = value;
  };
  const slots = [...state.keys(), ...scalars.map(({ slot }) => slot)];
  for (const slot of slots.filter((each) => numberOf(each) !== 0)) {
    for (const tensor of source.plan.tensors) {
      set(tensor, slot, numberOf(slot));
    }
  }
  const program = rule.planner.initial(rule, hyper, slots);
  if (program !== undefined) {
    const scope = new MemoryScope(source.scope.memory);
    const execution = new Execution({ ...source, scope, plan: { ...source.plan, program } });
    placeAll(execution, state);
    execution.begin(1);
    execution.runStage(0);
    execution.end();
    for (const { tensor, inputs } of execution.tensors) {
      for (const [index, { slot }] of program.scalars.entries()) {
        set(tensor, slot, inputs.scalars[index]!);
      }
    }
    scope.dispose();
  }
}

/** Says where parameters and state are, to an execution that has these. */
export function placeAll(execution: Execution, arrays: BoundPlan["state"]): void {
  execution.place("p", (tensor) => tensor.address);
  for (const [slot, byTensor] of arrays) {
    if (execution.program.slots.some(({ name }) => name === slot)) {
      execution.place(slot, (tensor) => byTensor.get(tensor)!.byteOffset);
    }
  }
}

function bindPlan(source: ExecutionSource): BoundPlan {
  const { scope, plan } = source;
  const arrays = plan.program.slots.slice(2).map((slot) => ({
    slot,
    array: reserve(scope, plan.tensors, (tensor) => slotLength(plan.program, slot, tensor)),
  }));
  const bySlot = new Map(arrays.map(({ slot, array }) => [slot.name, array]));
  if (isWhole(plan.program)) {
    extensionsOf(plan.program).fillEmptyRows(plan.program, bySlot);
  }
  const execution = new Execution(source);
  placeAll(execution, bySlot);
  const state = new Map(
    arrays
      .filter(({ slot }) => !slot.temporary)
      .map(({ slot, array }) => [slot.name, array] as const),
  );
  initialize(source, execution, state);
  return { plan, source, execution, state };
}

/** Binds each plan. */
export function bindPlans(
  plans: readonly Plan[],
  scopes: Scopes,
  common: Pick<ExecutionSource, "compiler" | "crew" | "seed">,
): BoundPlan[] {
  return plans.map((plan) => {
    const scope = scopes.beside(plan.tensors[0]!);
    const stride = 8 * Math.max(1, partialCount(plan));
    const address = scope.allocate(stride * plan.program.reductions.length);
    const staging = () => scopes.stagingIn(scope);
    return bindPlan({ ...common, scope, staging, plan, partials: { address, stride } });
  });
}
