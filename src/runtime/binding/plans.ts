/** Plans: each is a program for the tensors of one group, type and rank, with the sizes of their arrays. */
import {
  type Backend,
  type ElementType,
  elementBytes,
  type Storage,
} from "../../compilers/backend.ts";
import { Feature } from "../../feature.ts";
import type { HyperValue, Rule } from "../../rule/definition.ts";
import type { Program, Slot } from "../../rule/planning/program.ts";
import { withZeroing } from "../../rule/planning/zeroing.ts";
import type { Staging } from "../gradients/staged.ts";
import type { whole } from "../gradients/wholeTensors.ts";
import type { Memory, MemoryScope } from "../memory/memory.ts";
import type { Schedules } from "../step/hyper.ts";
import type { ThreadPool } from "../threads/threadPool.ts";
import type { PlanAges } from "./ages.ts";
import type { ResolvedGroup } from "./groups.ts";
import { append } from "./lists.ts";
import type { Tensor } from "./tensor.ts";

export { storageOf } from "../../compilers/storages/storage.ts";

/** Support for arrays that do not have one number per element, and for programs that need whole tensors (wholeTensors.ts). */
export const wholeTensors = new Feature<typeof whole>();

/** The members of a parameter that planning needs. */
export type PlannedTensor = Pick<
  Tensor,
  "name" | "type" | "storage" | "shape" | "memory" | "address"
>;

/**
 * How a set of parameters is stepped: the rule, and the program made from it.
 * @typeParam T the type of its tensors: those in the CPU's memory, or in a GPU's
 */
export interface Plan<T extends PlannedTensor = Tensor> {
  /** The rule of these parameters. */
  readonly rule: Rule;
  /** Its hyperparameters, by qualified name such as `adam.lr`. */
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** Whether its parameters are in one of `groups`. */
  readonly isGroup: boolean;
  /** The program of a step. */
  readonly program: Program;
  /** Whether the program sets the gradients to zero. */
  readonly zeroes: boolean;
  /** The type of computations. */
  readonly type: ElementType;
  /** The storages of slots that are not kept in the type: states, and also `p` and `g` for parameters in 16 bits. */
  readonly storages: ReadonlyMap<string, Storage>;
  /** Whether its tensors have two or more dimensions, if the rule depends on that. */
  readonly matrix: boolean;
  /** Its parameters, all in one memory: those with an address first, sorted by address. */
  readonly tensors: readonly T[];
}

/** A plan with everything that is needed to run it. */
export interface ExecutionSource {
  readonly scope: MemoryScope;
  readonly compiler: Backend;
  readonly plan: Plan;
  readonly staging: () => Staging;
  /** The threads that share long loops, if there are more than one. */
  readonly threadPool: ThreadPool | undefined;
  /** The seed of random numbers. */
  readonly seed: number;
  readonly schedules: Schedules;
  /** When the parts of the rule began. */
  readonly ages: PlanAges;
  /** The arrays for states of one number, if the execution does not make its own. */
  readonly scalars?: ReadonlyMap<Tensor, Float64Array>;
  /** The address of the partial results, and the bytes of one reduction's row of them. */
  readonly partials: { readonly address: number; readonly stride: number };
}

/** Sorts tensors: those with an address first, by address, so that neighbours can run as one. */
export function inMemoryOrder<T extends PlannedTensor>(tensors: readonly T[]): T[] {
  return [...tensors].sort(
    (a, b) =>
      Number(a.address === undefined) - Number(b.address === undefined) ||
      (a.address ?? 0) - (b.address ?? 0),
  );
}

/** Sorts plans by their first parameter's name, so that the saved state does not depend on the order in which values were set. */
export function inNameOrder<T extends PlannedTensor>(plans: readonly Plan<T>[]): Plan<T>[] {
  const firstOf = ({ tensors }: Plan<T>) => tensors.map(({ name }) => name).sort()[0]!;
  return [...plans].sort((one, other) => (firstOf(one) < firstOf(other) ? -1 : 1));
}

/** Divides tensors by memory, because a kernel works in one memory. */
export function byMemory<T extends PlannedTensor>(
  tensors: readonly T[],
): ReadonlyMap<Memory | undefined, T[]> {
  const result = new Map<Memory | undefined, T[]>();
  for (const tensor of tensors) {
    append(result, tensor.memory, tensor);
  }
  return result;
}

/**
 * The storages of a program's slots for a tensor: the same map for all tensors with the same storages.
 * @param evaluation returns the program for the weights to evaluate, if there is one
 */
export type StoragesOf = (
  rule: Rule,
  program: Program,
  tensor: PlannedTensor,
  evaluation: () => Program | undefined,
) => Plan["storages"];

/** Divides tensors by the storages of their slots. Without storages, all stay together. */
function byStorages<T extends PlannedTensor>(
  tensors: T[],
  storagesOf: ((tensor: T) => Plan["storages"]) | undefined,
): (readonly [Plan["storages"], T[]])[] {
  if (storagesOf === undefined) {
    return [[new Map(), tensors]];
  }
  const found = new Map<Plan["storages"], T[]>();
  for (const tensor of tensors) {
    append(found, storagesOf(tensor), tensor);
  }
  return [...found];
}

const elementTypes = Object.keys(elementBytes) as ElementType[];

/** Plans each group: one plan for each type and memory, and separately for matrices if the rule asks for it. */
export function planGroups<T extends PlannedTensor>(
  groups: readonly ResolvedGroup<T>[],
  guard: boolean,
  zeroGradients: boolean,
  storagesOf?: StoragesOf,
): Plan<T>[] {
  return groups.flatMap(({ rule, hyper, tensors, isGroup }) => {
    const ranks = rule.planner.asksForMatrix(rule) ? [true, false] : [undefined];
    return ranks.flatMap((rank) => {
      const ranked = tensors.filter(
        ({ shape }) => rank === undefined || shape.length >= 2 === rank,
      );
      const matrix = rank ?? true;
      const evaluation = () => rule.planner.evaluation(rule, hyper, matrix);
      const programFor = programs((rounded) => {
        const planned = rule.planner.step(rule, hyper, guard, matrix, rounded);
        const zeroing = zeroGradients ? withZeroing(planned) : undefined;
        return { program: zeroing ?? planned, zeroes: zeroing !== undefined };
      });
      const storagesFor =
        storagesOf && ((tensor: T) => storagesOf(rule, programFor([]).program, tensor, evaluation));
      return elementTypes.flatMap((type) => {
        const typed = ranked.filter((tensor) => tensor.type === type);
        return [...byMemory(typed).values()].flatMap((together) =>
          byStorages(together, storagesFor).map(
            ([storages, alike]): Plan<T> => ({
              ...{ rule, hyper, isGroup, type, storages, matrix },
              ...programFor([...storages.keys()]),
              tensors: inMemoryOrder(alike),
            }),
          ),
        );
      });
    });
  });
}

/** Caches one result for each list of rounded slots. */
function programs<R>(make: (rounded: readonly string[]) => R): (rounded: readonly string[]) => R {
  const made = new Map<string, R>();
  return (rounded) => {
    const key = rounded.join();
    const known = made.get(key) ?? make(rounded);
    made.set(key, known);
    return known;
  };
}

/** The number of elements of a slot's array for a tensor. */
export function slotLength({ kind }: Pick<Slot, "kind">, tensor: Tensor): number {
  return kind === "element" ? tensor.length : wholeTensors.value.lengthOf(kind, tensor);
}

/** Whether a program needs whole tensors, because rows, columns or matrices matter to it. */
export function isWhole({ passes }: Program): boolean {
  return passes.some((pass) => pass.form === "routine" || pass.byRows || pass.kind !== "element");
}
