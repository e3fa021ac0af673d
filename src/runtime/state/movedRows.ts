/** The state of an optimizer after rows have moved. An array moves when it is written. */
import { bytesTo, type Storage } from "../../compilers/storages/storage.ts";
import { countOf, type Kind } from "../../rule/graph/kinds.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { own } from "../binding/lists.ts";
import { type Plan, storageOf } from "../binding/plans.ts";
import { colsOf, rowsOf, type Tensor } from "../binding/tensor.ts";
import { BindingError } from "../errors.ts";
import { gatherStored, type KeptArray } from "./gatherRows.ts";
import type { SavedState } from "./restore.ts";
import type { RowList } from "./rowList.ts";
import { follows } from "./rows.ts";
import { mapped, type OptimizerState, type StoredArray } from "./state.ts";

/** How rows move. */
export interface Moving {
  readonly rows: RowList;
  /** The number of rows before, by parameter. */
  readonly heights: ReadonlyMap<string, number>;
  /** The shapes of replaced parameters after the move. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** How a state of a parameter is kept. */
interface Slot {
  readonly kind: Kind;
  readonly storage: Storage;
  readonly tensor: Tensor;
}

/** The states of parameters, by parameter and state. */
export function slotsIn(
  plans: readonly Plan[],
): (parameter: string, slot: string) => Slot | undefined {
  const found = new Map<string, Map<string, Slot>>();
  for (const plan of plans) {
    const slots = [
      ...ownSlots(plan.program).filter(({ temporary }) => !temporary),
      ...plan.program.scalars.map(({ slot }) => ({ name: slot, kind: "scalar" as const })),
    ];
    for (const tensor of plan.tensors) {
      const known = found.get(tensor.name) ?? new Map<string, Slot>();
      found.set(tensor.name, known);
      for (const { name, kind } of slots) {
        known.set(name, { kind, storage: storageOf(plan, name), tensor });
      }
    }
  }
  return (parameter, slot) => found.get(parameter)?.get(slot);
}

/** An array whose rows have moved, for `restore`. It is written at its destination. */
export class MovedRows implements StoredArray {
  readonly type: string;
  readonly length: number;
  readonly #from: KeptArray;
  readonly #to: Slot;
  readonly #moving: Moving;
  readonly #height: number;

  constructor(from: KeptArray, to: Slot, moving: Moving, height: number) {
    const count = countIn(to);
    this.type = to.storage.name;
    this.length = to.storage.blocks ? bytesTo(to.storage, count) : count;
    this.#from = from;
    this.#to = to;
    this.#moving = moving;
    this.#height = height;
  }

  /** @param fresh the state of a new parameter. Default: zeros */
  write(array: KeptArray["array"], fresh: KeptArray["array"] | undefined): void {
    const { rows } = this.#moving;
    const { storage } = this.#to;
    const { length } = rows.words;
    const width = length === 0 ? 0 : countIn(this.#to) / length;
    gatherStored(this.#from, { array, storage }, rows, this.#height, width, fresh);
  }

  read(): KeptArray["array"] {
    const { Elements, bytes } = this.#to.storage;
    const array = new Elements(new ArrayBuffer(this.length * bytes), 0, this.length);
    this.write(array, undefined);
    return array;
  }
}

const countIn = ({ kind, tensor }: Slot): number => countOf(kind, rowsOf(tensor), colsOf(tensor));

/** A state after rows have moved. @throws {BindingError} if an array in it cannot follow rows */
export function movedState(
  state: OptimizerState,
  moving: Moving,
  before: ReturnType<typeof slotsIn>,
  after: ReturnType<typeof slotsIn>,
): SavedState {
  const parameters = mapped(state.parameters, (slots, name) =>
    mapped(slots, (array, slot): KeptArray["array"] | StoredArray => {
      const height = moving.heights.get(name);
      const [from, to] = [before(name, slot), after(name, slot)];
      if (height === undefined || (from && !follows(from.kind, from.tensor))) {
        return array;
      }
      if (from === undefined || to === undefined) {
        throw new BindingError(
          `remap: \`${slot}\` of \`${name}\` is a wrapper's state, which cannot follow rows: bind again`,
        );
      }
      return new MovedRows({ array, storage: from.storage }, to, moving, height);
    }),
  );
  return {
    ...{ ...state, parameters },
    shapes: mapped(state.shapes, (shape, name) => [...(own(moving.shapes, name) ?? shape)]),
    nested: mapped(state.nested, (nested) => movedState(nested, moving, before, after)),
  };
}

/** The arrays of a state, in order. */
export const arraysIn = <A>({ parameters, nested }: OptimizerState<A>): A[] => [
  ...Object.values(parameters).flatMap((slots) => Object.values(slots)),
  ...Object.values(nested).flatMap((state) => arraysIn(state)),
];
