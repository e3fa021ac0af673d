/** The states of ranks that each have their own, as one: what several ranks have alike stands in it once. */
import { own } from "../runtime/binding/lists.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import { mapped, type OptimizerState, withArrays } from "../runtime/state/state.ts";
import type { Apart, Together } from "../runtime/state/together.ts";
import type { Checkpoint, StoredTensor } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import type { Meeting } from "./meeting.ts";
import { type Piece, sharedPiece } from "./pieces.ts";
import { fromText, toText } from "./plainData.ts";
import type { Checkpointed } from "./source.ts";
import { emptyLike, typeNameOf } from "./types.ts";

/** Under which the states of all ranks stand within that of the first, by their numbers. */
const ranksName = "ranks";

/** Under which a rank's own values of a parameter stand beside its state. */
const weightsSlot = "rank.weights";

/** What ranks tell each other of an array: the place of it, its type, length and fingerprint. */
type Key = string;

/** What a rank has, with a key for each array. */
interface Told {
  readonly state: OptimizerState<Key>;
  /** The values that all ranks share. */
  readonly parameters: Readonly<Record<string, Key>>;
}

/** What the file has, as far as this rank has it. */
export interface Joint {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly state: OptimizerState;
  /** Which part of each array this rank writes. */
  readonly pieceOf: (array: StoredElements) => Piece;
}

/** An array that one rank has, or several. */
interface Held {
  /** This rank's, or an empty one of the same type. */
  readonly array: StoredElements;
  readonly length: number;
  readonly holders: Set<number>;
}

/** The arrays of all ranks, each once. */
class Arrays {
  readonly #all = new Map<Key, Held>();
  readonly #own = new Map<Key, StoredElements>();
  readonly #apart: Apart;

  constructor(apart: Apart) {
    this.#apart = apart;
  }

  /** Takes one of this rank. @returns its key */
  keyOf(array: StoredElements, slot: string, parameter: string): Key {
    const fingerprint = this.#apart.fingerprint(array);
    const key = [typeNameOf(array), array.length, fingerprint, slot, parameter].join(" ");
    this.#own.set(key, array);
    return key;
  }

  /** Notes that a rank has one. */
  hold(key: Key, rank: number): StoredElements {
    const held = this.#all.get(key) ?? this.#newOf(key);
    held.holders.add(rank);
    return held.array;
  }

  #newOf(key: Key): Held {
    const [type = "", length] = key.split(" ", 2);
    const array = this.#own.get(key) ?? emptyLike(type);
    const held = { array, length: Number(length), holders: new Set<number>() };
    this.#all.set(key, held);
    return held;
  }

  /** The pieces that a rank writes; who has the same as others writes as much of it as they do. */
  pieces(rank: number): ReadonlyMap<StoredElements, Piece> {
    const all = [...this.#all.values()];
    return new Map(
      all.map(({ array, length, holders }) => {
        const index = [...holders].indexOf(rank);
        return [array, sharedPiece(length, index, holders.size)] as const;
      }),
    );
  }
}

/** The state of a rank without the one that is shared, and with its own values of the parameters. */
function ownState(
  { nested, parameters, ...rest }: OptimizerState,
  live: Checkpointed["parameters"],
  shared: string,
): OptimizerState {
  const within = Object.entries(nested).filter(([name]) => name !== shared);
  return {
    ...rest,
    parameters: mapped(live, ({ data }, name) => ({ ...parameters[name], [weightsSlot]: data })),
    nested: Object.fromEntries(within),
  };
}

/** A state that has nothing but others within. */
const around = (step: number, nested: readonly OptimizerState[]): OptimizerState => ({
  ...{ version: 2, step, skippedSteps: 0, seed: 0, groups: [], shapes: {}, schedules: [] },
  ...{ begun: { parts: {}, shared: {} }, counters: {}, parameters: {} },
  nested: Object.fromEntries(nested.entries()),
});

const withoutWeights = <A>(state: OptimizerState<A>): OptimizerState<A> => ({
  ...state,
  parameters: mapped(state.parameters, ({ [weightsSlot]: _, ...slots }) => slots),
});

/** What this rank has, with keys in the place of arrays. */
function tell(
  optimizer: Checkpointed,
  { nested, ...views }: OptimizerState,
  values: Joint["parameters"],
  shared: string,
  arrays: Arrays,
): Told {
  const state = ownState({ ...views, nested }, optimizer.parameters, shared);
  return {
    state: withArrays(state, (array, slot, name) => arrays.keyOf(array, slot, name)),
    parameters: mapped(values, ({ data }, name) => arrays.keyOf(data, weightsSlot, name)),
  };
}

/**
 * Joins the states of all ranks; all of them do. What it gives is the state of the first rank, with the shared values as parameters, and has
 * the state of each rank within: so whatever reads checkpoints reads what is shared.
 */
export function join(
  meeting: Meeting,
  optimizer: Checkpointed,
  { rank }: Together,
  apart: Apart,
): Joint {
  const arrays = new Arrays(apart);
  const views = optimizer.stateViews();
  const values = apart.parameters();
  const told = tell(optimizer, views, values, apart.shared, arrays);
  const all = meeting.share(toText(told, "state")).map((text) => fromText(text, "state") as Told);
  const data = all.map(({ parameters }, other) =>
    mapped(parameters, (key) => arrays.hold(key, other)),
  );
  const states = all.map(({ state }, other) => withArrays(state, (key) => arrays.hold(key, other)));
  const first = withoutWeights(states[0]!);
  const shared = views.nested[apart.shared]!;
  const within = { [apart.shared]: shared, [ranksName]: around(first.step, states) };
  const pieces = arrays.pieces(rank);
  const alike = new Set<StoredElements>();
  withArrays(shared, (array) => alike.add(array));
  return {
    parameters: mapped(values, (value, name) => ({
      ...value,
      data: data[0]![name] as AnyParameter["data"],
    })),
    state: { ...first, nested: { ...first.nested, ...within } },
    pieceOf: (array) => {
      const piece = pieces.get(array) ?? sharedPiece(array.length, rank, all.length);
      return { ...piece, isSame: alike.has(array) };
    },
  };
}

/** The bits of a parameter are kept as those that all share. */
const keptLike = (tensor: StoredTensor, { type }: StoredTensor): StoredTensor => ({
  ...{ type, length: tensor.length, shape: tensor.shape },
  read: () => tensor.read(),
  slice: (from, to) => keptLike(tensor.slice(from, to), { type } as StoredTensor),
});

/**
 * What one rank goes on from. On another number of ranks than have saved, each takes the state of one that has: of fewer ranks the
 * first ones' count, and of more some count several times.
 */
export function ofRank(found: Checkpoint, rank: number): Checkpoint {
  const { [ranksName]: ranks, ...within } = found.state?.nested ?? {};
  if (found.state === undefined || ranks === undefined) {
    return found;
  }
  const count = Object.keys(ranks.nested).length;
  const saved = own(ranks.nested, String(rank % count));
  if (saved === undefined) {
    throw new CheckpointError("it does not have the states of all its ranks: the file is damaged");
  }
  return {
    ...found,
    parameters: mapped(found.parameters, (shared, name) => {
      const weights = own(own(saved.parameters, name), weightsSlot);
      return weights === undefined ? shared : keptLike(weights, shared);
    }),
    state: { ...withoutWeights(saved), nested: { ...within, ...saved.nested } },
  };
}
