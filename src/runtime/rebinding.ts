/** Binds other programs to the state of a bound plan. */
import { withRoundings } from "../compilers/storages/storage.ts";
import type { HyperValue } from "../rule/definition.ts";
import { ownSlots, type Program } from "../rule/planning/program.ts";
import { withZeroing } from "../rule/planning/zeroing.ts";
import { type BoundPlan, partialBytesOf, placeAll, reserve } from "./binding/binding.ts";
import {
  isWhole,
  type Plan,
  type PlannedTensor,
  slotLength,
  storageOf,
  wholeTensors,
} from "./binding/plans.ts";
import type { Tensor } from "./binding/tensor.ts";
import { BindingError } from "./errors.ts";
import { Execution } from "./step/execution.ts";

/**
 * Plans some parameters of a plan anew, with other hyperparameters.
 * @throws {BindingError} if the new plan would keep other states
 */
export function replanned<T extends PlannedTensor>(
  before: Plan<T>,
  hyper: ReadonlyMap<string, HyperValue>,
  tensors: readonly T[],
): Plan<T> {
  const { rule, program, matrix, storages, zeroes, ...plan } = before;
  const guards = program.guard !== undefined;
  // The array beside a parameter (such as a rounding error) is no part that the planner knows.
  const beside = storages.get("p")?.rounding?.beside?.part;
  const own = { ...rule, parts: rule.parts.filter((part) => part !== beside) };
  const step = rule.planner.step(own, hyper, guards, matrix, [...storages.keys()]);
  // If the plan sets gradients to zero, it must still do so.
  const planned = zeroes ? withZeroing(step) : step;
  if (planned === undefined) {
    throw new BindingError(
      "setHyper: with this value, no pass of the rule can zero the gradients: call optimize() without zeroGradients, or with a schedule for this hyperparameter",
    );
  }
  const rounded = withRoundings(planned, storages);
  if (statesOf(rounded) !== statesOf(program)) {
    throw new BindingError(
      "setHyper: with this value, the rule keeps other state (without momentum it keeps none): call optimize() with a value other than 0, or with a schedule",
    );
  }
  return { ...plan, rule, hyper, matrix, storages, zeroes, tensors, program: rounded };
}

const statesOf = (program: Program): string =>
  [
    ...ownSlots(program).flatMap(({ name, kind, temporary }) => (temporary ? [] : [name + kind])),
    ...program.scalars.map(({ slot, shared }) => slot + shared),
  ]
    .sort()
    .join();

/** Binds a new plan, which keeps the same states, to the state of some parameters of an old one. */
export function bindOver(from: BoundPlan, plan: Plan): BoundPlan {
  const { scope } = from.source;
  const { tensors, program } = plan;
  const only = <V>(all: ReadonlyMap<Tensor, V>): Map<Tensor, V> =>
    new Map(tensors.flatMap((tensor) => (all.has(tensor) ? [[tensor, all.get(tensor)!]] : [])));
  // Temporaries have numbers as names. In the other program, the same number may name a temporary of another kind.
  const before = new Map(ownSlots(from.plan.program).map(({ name, kind }) => [name, kind]));
  const arrays = new Map(
    ownSlots(program).map((slot) => {
      const known = before.get(slot.name) === slot.kind ? from.arrays.get(slot.name) : undefined;
      const lengthOf = (tensor: Tensor) => slotLength(slot, tensor);
      const array = known ?? reserve(scope, tensors, lengthOf, () => storageOf(plan, slot.name));
      return [slot.name, only(array)] as const;
    }),
  );
  if (isWhole(program)) {
    wholeTensors.value.fillEmptyRows(program, arrays);
  }
  const state = new Map([...arrays].filter(([slot]) => from.state.has(slot)));
  const positions = program.scalars.map(({ slot }) =>
    from.plan.program.scalars.findIndex((each) => each.slot === slot),
  );
  const isInOrder = positions.every((at, index) => at === index);
  const scalars = new Map(
    [...only(from.scalars)].map(([tensor, numbers]) => [
      tensor,
      isInOrder ? numbers : Float64Array.from(positions, (at) => numbers[at]!),
    ]),
  );
  const bytes = partialBytesOf(plan);
  const partials = {
    address: scope.allocate(bytes),
    stride: bytes / Math.max(1, program.reductions.length),
  };
  const source = { ...from.source, plan, partials, scalars };
  const execution = new Execution(source);
  placeAll(execution, arrays);
  return { plan, source, execution, state, scalars, arrays };
}
