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

/** What fills state that does not start from zero (filling.ts, initialStates.ts). */
export interface Starting {
  readonly startState: (bound: BoundPlan) => void;
  readonly InitialStates: new (plans: readonly BoundPlan[]) => { fill(updates: number): void };
}

export const starting = new Feature<Starting>();

export const startingOf = ({ plan }: Pick<BoundPlan, "plan">): Starting | undefined =>
  startsAtZero(plan.rule) ? undefined : starting.value;

/** A plan and where the state of its tensors is. */
export interface Kept {
  readonly plan: Plan;
  /** State to tensor to array. */
  readonly state: ReadonlyMap<string, ReadonlyMap<Tensor, StoredElements>>;
  /** The states of one number of each tensor, in the program's order. */
  readonly scalars: ReadonlyMap<Tensor, Float64Array>;
}

/** The same with what runs its program. */
export interface BoundPlan extends Kept {
  readonly source: ExecutionSource;
  readonly execution: Execution;
  /** By slot: the state, and what passes leave for later passes. */
  readonly arrays: Kept["state"];
}

/**
 * Reserves an array beside an array for each tensor, in their order. As many elements lie from one to the next as from one
 * tensor to the next, so that a loop can run over all.
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

/** Bytes of a reduction's partial results, as many as a loop leaves at most. */
function partialStride({ program, tensors }: Plan): number {
  const elements = tensors.reduce((sum, { padded }) => sum + padded, 0) / elementBytes.float32;
  // Rows that are gathered need not fill the last block of what is gathered at once.
  const blocks = 2 + Math.ceil((elements / blockLength) * (17 / 16));
  const most = isWhole(program) ? wholeTensors.value.maxPartials(program, tensors) : 0;
  return 8 * Math.max(blocks, most);
}

export const partialBytesOf = (plan: Plan): number =>
  partialStride(plan) * plan.program.reductions.length;

/** How a slot was declared by the part that has it. */
export const declaredAs = (parts: readonly Part[], slot: string) => {
  const part = parts.find(({ name }) => slot.startsWith(`${name}.`))!;
  return fullState(part.definition.state![slot.slice(part.name.length + 1)]!);
};

/** Says where parameters and state are, to an execution that has these. */
export function placeAll(execution: Execution, arrays: BoundPlan["state"]): void {
  execution.place("p", (tensor) => tensor.address);
  for (const [slot, byTensor] of arrays) {
    if (execution.program.slots.some(({ name }) => name === slot)) {
      execution.place(slot, (tensor) => byTensor.get(tensor)!.byteOffset);
    }
  }
}

/** What all executions of an optimizer have in common. */
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

/** Where executions of a plan's scope are made that it did not have before. */
export type ScopeFor = (scope: MemoryScope) => MemoryScope;

/**
 * The same state with an execution for each age that tensors of a plan have.
 */
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

/** The same for some of a plan's tensors. */
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
 * Binds in scopes of its own, one beside each; where that throws they are given back.
 * @returns what was bound, and these
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
