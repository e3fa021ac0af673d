/** What is to be bound: a program for the tensors of one group, type and rank, and the room it takes. */
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

/** Arrays of other kinds than elements, and programs that cannot work on a part of a tensor (whole.ts). */
export const wholeTensors = new Feature<typeof whole>();

/** What planning has to know of a parameter. */
export type PlannedTensor = Pick<
  Tensor,
  "name" | "type" | "storage" | "shape" | "memory" | "address"
>;

/**
 * How a set of parameters is stepped: by which rule, and by which program that it became.
 * @typeParam T its tensors: those of the CPU's memory, or of a GPU's
 */
export interface Plan<T extends PlannedTensor = Tensor> {
  /** The rule that steps them. */
  readonly rule: Rule;
  /** Its hyperparameters, by qualified name such as `adam.lr`. */
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** Whether its parameters are those of one of `groups`. */
  readonly isGroup: boolean;
  /** What a step runs. */
  readonly program: Program;
  /** Whether the program leaves gradients that are zero. */
  readonly zeroes: boolean;
  /** What it computes in. */
  readonly type: ElementType;
  /** How slots are kept that are not kept in the type: states, and of parameters in 16 bits `p` and `g`. */
  readonly storages: ReadonlyMap<string, Storage>;
  /** Whether its tensors have two or more dimensions, where the rule asks. */
  readonly matrix: boolean;
  /** Its parameters: those with an address first, in its order; all of one memory. */
  readonly tensors: readonly T[];
}

/** A plan and what it takes to run it. */
export interface ExecutionSource {
  readonly scope: MemoryScope;
  readonly compiler: Backend;
  readonly plan: Plan;
  readonly staging: () => Staging;
  /** Threads that share long loops, unless there is but one. */
  readonly threadPool: ThreadPool | undefined;
  /** Of random numbers. */
  readonly seed: number;
  readonly schedules: Schedules;
  /** When the parts of the rule began. */
  readonly ages: PlanAges;
  /** Where its states of one number are kept, if not in arrays of its own. */
  readonly scalars?: ReadonlyMap<Tensor, Float64Array>;
  /** Address of the partial results and bytes of one reduction's row of them. */
  readonly partials: { readonly address: number; readonly stride: number };
}

/** Those that kernels reach first, by address: what lies side by side can then run as one. */
export function inMemoryOrder<T extends PlannedTensor>(tensors: readonly T[]): T[] {
  return [...tensors].sort(
    (a, b) =>
      Number(a.address === undefined) - Number(b.address === undefined) ||
      (a.address ?? 0) - (b.address ?? 0),
  );
}

/** By the first name of each, so that a state is the same in whichever order values were set. */
export function inNameOrder<T extends PlannedTensor>(plans: readonly Plan<T>[]): Plan<T>[] {
  const firstOf = ({ tensors }: Plan<T>) => tensors.map(({ name }) => name).sort()[0]!;
  return [...plans].sort((one, other) => (firstOf(one) < firstOf(other) ? -1 : 1));
}

/** Parameters of one memory each; kernels reach no other. */
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
 * How the slots of a program are kept beside a tensor: the same map for all that are kept alike.
 * @param evaluation gives the program of the weights to evaluate, if there is one
 */
export type StoragesOf = (
  rule: Rule,
  program: Program,
  tensor: PlannedTensor,
  evaluation: () => Program | undefined,
) => Plan["storages"];

/** Those whose slots are kept alike: all of them, where nothing says how. */
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

/** Plans each group, separately for each type and memory that it has, and for matrices if the rule asks. */
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

/** Makes what is wanted for some slots once. */
function programs<R>(make: (rounded: readonly string[]) => R): (rounded: readonly string[]) => R {
  const made = new Map<string, R>();
  return (rounded) => {
    const key = rounded.join();
    const known = made.get(key) ?? make(rounded);
    made.set(key, known);
    return known;
  };
}

/** Elements of an array beside a tensor. */
export function slotLength({ kind }: Pick<Slot, "kind">, tensor: Tensor): number {
  return kind === "element" ? tensor.length : wholeTensors.value.lengthOf(kind, tensor);
}

/** Whether a program cannot work on a part of a tensor: rows, columns or matrices matter to it. */
export function isWhole({ passes }: Program): boolean {
  return passes.some((pass) => pass.form === "routine" || pass.byRows || pass.kind !== "element");
}
