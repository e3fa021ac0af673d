/** Joins the states of ranks that each have their own, such as those of `outer`, into one. An array that several ranks have is in it once. */
import { own } from "../runtime/binding/lists.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { RankGroup, SeparateStates } from "../runtime/state/rankGroup.ts";
import { mapped, type OptimizerState, withArrays } from "../runtime/state/state.ts";
import type { Checkpoint, StoredTensor } from "./checkpoint.ts";
import type { Collective } from "./collective.ts";
import { CheckpointError } from "./errors.ts";
import { fromText, toText } from "./plainData.ts";
import { type ArraySlice, equalSlice } from "./slices.ts";
import type { Checkpointed } from "./source.ts";
import { emptyLike, typeNameOf } from "./types.ts";

/** The name, in `nested`, of the states of all ranks, by the numbers of the ranks. */
const ranksName = "ranks";

/** The name of a rank's own values of a parameter, next to its state. */
const weightsSlot = "rank.weights";

/** What ranks tell each other of an array: its type, length, fingerprint, and place. */
type Key = string;

/** What a rank tells the others: its state, with keys in place of arrays. */
interface RankState {
  readonly state: OptimizerState<Key>;
  /** The shared values of the parameters. */
  readonly parameters: Readonly<Record<string, Key>>;
}

/** What ranks write into one file. An array that only other ranks have is empty here. */
export interface Contents {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly state: OptimizerState;
  /** The part of an array that this rank writes. */
  readonly sliceOf: (array: StoredElements) => ArraySlice;
}

/** An array that one or several ranks have. */
interface Held {
  /** The array of this rank; an empty one of the same type if it does not have it. */
  readonly array: StoredElements;
  readonly length: number;
  readonly holders: Set<number>;
}

/** The different arrays of all ranks. */
class Arrays {
  readonly #all = new Map<Key, Held>();
  readonly #own = new Map<Key, StoredElements>();
  readonly #separate: SeparateStates;

  constructor(separate: SeparateStates) {
    this.#separate = separate;
  }

  /** Adds an array of this rank. @returns its key */
  keyOf(array: StoredElements, slot: string, parameter: string): Key {
    const fingerprint = this.#separate.fingerprint(array);
    const key = [typeNameOf(array), array.length, fingerprint, slot, parameter].join(" ");
    this.#own.set(key, array);
    return key;
  }

  /** Notes that a rank has the array with this key. */
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

  /** The part of each array that a rank writes: ranks with the same array write equal parts of it. */
  slices(rank: number): ReadonlyMap<StoredElements, ArraySlice> {
    const all = [...this.#all.values()];
    return new Map(
      all.map(({ array, length, holders }) => {
        const index = [...holders].indexOf(rank);
        return [array, equalSlice(length, index, holders.size)] as const;
      }),
    );
  }
}

/** The state of a rank without the shared state, and with its own values of the parameters. */
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

/** A state that only has nested states. */
const around = (step: number, nested: readonly OptimizerState[]): OptimizerState => ({
  ...{ version: 2, step, skippedSteps: 0, seed: 0, groups: [], shapes: {}, schedules: [] },
  ...{ begun: { parts: {}, shared: {} }, counters: {}, parameters: {} },
  nested: Object.fromEntries(nested.entries()),
});

const withoutWeights = <A>(state: OptimizerState<A>): OptimizerState<A> => ({
  ...state,
  parameters: mapped(state.parameters, ({ [weightsSlot]: _, ...slots }) => slots),
});

function describeRank(
  optimizer: Checkpointed,
  { nested, ...views }: OptimizerState,
  values: Contents["parameters"],
  shared: string,
  arrays: Arrays,
): RankState {
  const state = ownState({ ...views, nested }, optimizer.parameters, shared);
  return {
    state: withArrays(state, (array, slot, name) => arrays.keyOf(array, slot, name)),
    // Last, so that a rank's equal weights are written as these arrays, which are in the shared state, too.
    parameters: mapped(values, ({ data }, name) => arrays.keyOf(data, weightsSlot, name)),
  };
}

/**
 * Joins the states of all ranks. All ranks call it. The result is the state of rank 0, with the state of each rank in `nested`, and with the
 * shared values as parameters. So whatever reads checkpoints finds the shared weights.
 */
export function joinStates(
  collective: Collective,
  optimizer: Checkpointed,
  { rank }: RankGroup,
  separate: SeparateStates,
): Contents {
  const arrays = new Arrays(separate);
  const views = optimizer.stateViews();
  const values = separate.parameters();
  const rankState = describeRank(optimizer, views, values, separate.shared, arrays);
  const all = collective
    .allGather(toText(rankState, "state"))
    .map((text) => fromText(text, "state") as RankState);
  const data = all.map(({ parameters }, other) =>
    mapped(parameters, (key) => arrays.hold(key, other)),
  );
  const states = all.map(({ state }, other) => withArrays(state, (key) => arrays.hold(key, other)));
  const first = withoutWeights(states[0]!);
  const shared = views.nested[separate.shared]!;
  const within = { [separate.shared]: shared, [ranksName]: around(first.step, states) };
  const slices = arrays.slices(rank);
  const alike = new Set<StoredElements>();
  withArrays(shared, (array) => alike.add(array));
  return {
    parameters: mapped(values, (value, name) => ({
      ...value,
      data: data[0]![name] as AnyParameter["data"],
    })),
    state: { ...first, nested: { ...first.nested, ...within } },
    sliceOf: (array) => {
      const slice = slices.get(array) ?? equalSlice(array.length, rank, all.length);
      return { ...slice, isReplicated: alike.has(array) };
    },
  };
}

/** Reads a tensor as the type of another one: parameters in 16 bits are in a state as plain bits. */
const keptLike = (tensor: StoredTensor, { type }: StoredTensor): StoredTensor => ({
  ...{ type, length: tensor.length, shape: tensor.shape },
  read: () => tensor.read(),
  slice: (from, to) => keptLike(tensor.slice(from, to), { type } as StoredTensor),
});

/**
 * The checkpoint that one rank continues from. If another number of ranks has saved, rank `r` takes the state of rank `r` modulo that number: on
 * fewer ranks, the states of the last ones are dropped; on more ranks, some are used several times.
 */
export function checkpointOf(found: Checkpoint, rank: number): Checkpoint {
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
