/** Before an outer step: who is here, whether all of them are of one run, and what those who come, or come back, have missed. */
import { fromText, toText } from "../../checkpoint/plainData.ts";
import { BindingError } from "../../runtime/errors.ts";
import { type OptimizerState, withArrays } from "../../runtime/state/state.ts";
import type { Communicator } from "../communicator.ts";
import { type Exchange, settled } from "../exchange.ts";
import { differenceOf, type Facts } from "../facts.ts";
import type { SharedWeights } from "./sharedWeights.ts";

/** What came of it. */
export interface Roll {
  /** How many ranks bring steps of their own. */
  readonly contributing: number;
  /** Whether this one does. */
  readonly contributes: boolean;
  /** Whether this rank has missed outer steps, so that its own steps since do not count. */
  readonly isLate: boolean;
}

/** What a rank says of itself. */
export interface Answer {
  /** What must be the same on all. */
  readonly facts: Facts;
  /** Their sum. */
  readonly sum: number;
  /** Whether it has made own steps, and waits for an outer one. */
  readonly isDue: boolean;
  /** Whether it is new, or goes on from a state that was restored. */
  readonly begins: boolean;
}

/**
 * Calls the roll; all ranks do.
 * @throws {BindingError} on all of them, where one has another rule, other shapes, other options or other shared weights
 */
export function* callRoll(
  communicator: Communicator,
  shared: SharedWeights,
  { facts, sum, isDue, begins }: Answer,
): Exchange<Roll> {
  const { rank, size } = communicator;
  const present = communicator.present
    ? yield* settled(communicator.present())
    : Array.from({ length: size }, (_, each) => each);
  const { steps } = shared;
  // Of each also with the other sign: the greatest of these is the least.
  const most = Float64Array.of(sum, -sum, steps, -steps, begins ? 1 : 0);
  yield communicator.allReduce(most, "max");
  const [greatest, least, newest, oldest, anyBegins] = most as unknown as number[];
  if (greatest !== -least!) {
    throw new BindingError(`outer: ${yield* differenceOf(communicator, present, facts)}`);
  }
  const isLate = steps !== newest;
  if (anyBegins === 1 || newest !== -oldest!) {
    yield* catchUp(communicator, shared, isLate ? size : rank);
  }
  const weights = shared.checksum();
  const drift = Float64Array.of(weights, -weights);
  yield communicator.allReduce(drift, "max");
  if (drift[0] !== -drift[1]!) {
    const fact = ["the checksum of the shared weights", weights.toString(16)] as const;
    throw new BindingError(
      `outer: ${yield* differenceOf(communicator, present, [fact])}: they were changed on one rank alone`,
    );
  }
  const contributes = isDue && !isLate;
  const count = Float64Array.of(contributes ? 1 : 0);
  yield communicator.allReduce(count, "sum");
  return { contributing: count[0]!, contributes, isLate };
}

/**
 * Gives all ranks the weights and the state of the first one that has missed nothing.
 * @param candidate this rank, or `size` where it has missed something
 */
function* catchUp(
  communicator: Communicator,
  shared: SharedWeights,
  candidate: number,
): Exchange<void> {
  const first = Float64Array.of(candidate);
  yield communicator.allReduce(first, "min");
  const root = first[0]!;
  const isRoot = root === communicator.rank;
  const views = shared.stateViews();
  const own = new TextEncoder().encode(
    toText(
      withArrays(views, () => null),
      "state",
    ),
  );
  const length = Uint32Array.of(own.length);
  yield communicator.broadcast(length, root);
  const text = isRoot ? own : new Uint8Array(length[0]!);
  yield communicator.broadcast(text, root);
  const form = fromText(new TextDecoder().decode(text), "state") as OptimizerState<null>;
  const state = withArrays(form, (_, slot, parameter) => {
    const view = views.parameters[parameter]![slot]!;
    return isRoot ? view : view.slice();
  });
  for (const slots of Object.values(state.parameters)) {
    for (const array of Object.values(slots)) {
      yield communicator.broadcast(array, root);
    }
  }
  if (!isRoot) {
    shared.restore(state);
  }
}
