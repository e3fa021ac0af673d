/** Lays out an optimizer's memory and binds its programs to the parameters. */
import { blockLength, elementBytes, plainStorages, type Storage } from "../../compilers/backend.ts";
import { bytesTo } from "../../compilers/storages/storage.ts";
import { Feature } from "../../feature.ts";
import { fullState, type Part, startsAtZero } from "../../rule/definition.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { disposeAll, MemoryScope, paddedBytes, type StoredElements } from "../memory/memory.ts";
import type { Scopes } from "../memory/scopes.ts";
import { Execution } from "../step/execution.ts";
import { type Begun, cohortsOf, type PlanAges } from "./ages.ts";
import {
  type ExecutionSource,
  isWhole,
  type Plan,
  slotLength,
  storageOf,
  wholeTensors,
} from "./plans.ts";
import type { Tensor } from "./tensor.ts";

/** Fills states that do not start from zero (filling.ts, initialStates.ts). */
export interface Starting {
  readonly startState: (bound: BoundPlan) => void;
  readonly InitialStates: new (plans: readonly BoundPlan[]) => { fill(updates: number): void };
}

export const starting = new Feature<Starting>();

export const startingOf = ({ plan }: Pick<BoundPlan, "plan">): Starting | undefined =>
  startsAtZero(plan.rule) ? undefined : starting.value;

/** A plan and the arrays of its tensors' states. */
export interface Kept {
  readonly plan: Plan;
  /** From state to tensor to array. */
  readonly state: ReadonlyMap<string, ReadonlyMap<Tensor, StoredElements>>;
  /** For each tensor, its states of one number, in the program's order. */
  readonly scalars: ReadonlyMap<Tensor, Float64Array>;
}

/** The same, with the execution of its program. */
export interface BoundPlan extends Kept {
  readonly source: ExecutionSource;
  readonly execution: Execution;
  /** The arrays of each slot: states, and temporaries that passes leave for later passes. */
  readonly arrays: Kept["state"];
}

/**
 * Reserves an array for each tensor, in their order. The distances between arrays are, in elements, those between the tensors, so
 * that one loop can run over all.
 */
export function reserve(
  scope: MemoryScope,
  tensors: readonly Tensor[],
  lengthOf: (tensor: Tensor) => number = ({ length }) => length,
  storageFor: (tensor: Tensor) => Storage = ({ type }) => plainStorages[type],
): Map<Tensor, StoredElements> {
  const sizes = tensors.map((tensor) => {
    const bytes = elementBytes[tensor.type];
    const size = bytesTo(storageFor(tensor), paddedBytes(lengthOf(tensor) * bytes) / bytes);
    return storageFor(tensor).blocks ? paddedBytes(size) : size;
  });
  let address = scope.allocate(sizes.reduce((sum, bytes) => sum + bytes, 0));
  return new Map(
    tensors.map((tensor, index) => {
      const view = scope.memory.stored(storageFor(tensor), address, lengthOf(tensor));
      address += sizes[index]!;
      return [tensor, view];
    }),
  );
}

/** The most bytes of one reduction's partial results after a loop. */
function partialStride({ program, tensors }: Plan): number {
  const elements = tensors.reduce((sum, { padded }) => sum + padded, 0) / elementBytes.float32;
  // Gathered rows may leave the last block of each batch partly empty.
  const blocks = 2 + Math.ceil((elements / blockLength) * (17 / 16));
  const most = isWhole(program) ? wholeTensors.value.maxPartials(program, tensors) : 0;
  return 8 * Math.max(blocks, most);
}

export const partialBytesOf = (plan: Plan): number =>
  partialStride(plan) * plan.program.reductions.length;

/** The declaration of a slot in its part. */
export const declaredAs = (parts: readonly Part[], slot: string) => {
  const part = parts.find(({ name }) => slot.startsWith(`${name}.`))!;
  return fullState(part.definition.state![slot.slice(part.name.length + 1)]!);
};

/** Sets the addresses of parameters and state in an execution. */
export function placeAll(execution: Execution, arrays: BoundPlan["state"]): void {
  execution.place("p", (tensor) => tensor.address);
  for (const [slot, byTensor] of arrays) {
    if (execution.program.slots.some(({ name }) => name === slot)) {
      execution.place(slot, (tensor) => byTensor.get(tensor)!.byteOffset);
    }
  }
}

/** Members that all executions of an optimizer share. */
export type Common = Pick<ExecutionSource, "compiler" | "threadPool" | "seed" | "schedules">;

function bindPlan(source: ExecutionSource): BoundPlan {
  const { scope, plan } = source;
  const arrays = ownSlots(plan.program).map((slot) => ({
    slot,
    array: reserve(
      scope,
      plan.tensors,
      (tensor) => slotLength(slot, tensor),
      () => storageOf(plan, slot.name),
    ),
  }));
  const bySlot = new Map(arrays.map(({ slot, array }) => [slot.name, array]));
  if (isWhole(plan.program)) {
    wholeTensors.value.fillEmptyRows(plan.program, bySlot);
  }
  const state = new Map(
    arrays
      .filter(({ slot }) => !slot.temporary)
      .map(({ slot, array }) => [slot.name, array] as const),
  );
  const { length } = plan.program.scalars;
  const scalars = new Map(
    length === 0 ? [] : plan.tensors.map((tensor) => [tensor, new Float64Array(length)]),
  );
  const complete = { ...source, scalars };
  const execution = new Execution(complete);
  placeAll(execution, bySlot);
  const bound = { plan, source: complete, execution, state, scalars, arrays: bySlot };
  startingOf(bound)?.startState(bound);
  return bound;
}

/** Binds each plan. */
export function bindPlans(plans: readonly Plan[], scopes: Scopes, common: Common): BoundPlan[] {
  return plans.map((plan) => {
    const scope = scopes.beside(plan.tensors[0]!);
    const stride = partialStride(plan);
    const address = scope.allocate(partialBytesOf(plan));
    const staging = () => scopes.stagingIn(scope);
    const ages = { parts: {}, shared: {} };
    return bindPlan({ ...common, scope, staging, plan, ages, partials: { address, stride } });
  });
}

/** Gives the scope in which to make new executions of a plan. */
export type ScopeFor = (scope: MemoryScope) => MemoryScope;

/** Binds a plan with its present state, and an execution for each age of its tensors. */
export function bindAges(
  bound: readonly BoundPlan[],
  begun: Begun,
  scopeFor: ScopeFor,
): BoundPlan[] {
  return bound.flatMap((each) => {
    const cohorts = cohortsOf(each.plan.rule, each.plan.tensors, begun);
    return cohorts.map(({ tensors, ages }) =>
      cohorts.length === 1
        ? { ...each, source: { ...each.source, ages } }
        : bindSome(each, tensors, ages, scopeFor(each.source.scope)),
    );
  });
}

/** Binds some tensors of a plan with their present state. */
export function bindSome(
  bound: BoundPlan,
  tensors: readonly Tensor[],
  ages: PlanAges,
  scope: MemoryScope,
): BoundPlan {
  const plan = { ...bound.plan, tensors };
  const source = { ...bound.source, plan, ages };
  const execution = new Execution({ ...source, scope });
  placeAll(execution, bound.arrays);
  return { ...bound, plan, source, execution };
}

/**
 * Binds in new scopes, one for each old one. If that throws, the new scopes are freed.
 * @returns what was bound, and the new scopes
 */
export function inOwnScopes<T>(
  bind: (scopeFor: ScopeFor) => T,
): readonly [T, readonly MemoryScope[]] {
  const scopes = new Map<MemoryScope, MemoryScope>();
  try {
    const bound = bind((scope) => {
      const own = scopes.get(scope) ?? new MemoryScope(scope.memory);
      scopes.set(scope, own);
      return own;
    });
    return [bound, [...scopes.values()]];
  } catch (error) {
    disposeAll(scopes.values());
    throw error;
  }
}
