/** Before an outer step: finds out which ranks are here, compares them, and updates those that have missed outer steps. */
import { fromText, toText } from "../../checkpoint/plainData.ts";
import { BindingError } from "../../runtime/errors.ts";
import { type OptimizerState, withArrays } from "../../runtime/state/state.ts";
import type { Communicator } from "../communicator.ts";
import { awaitValue, type Coroutine } from "../coroutine.ts";
import { differenceOf, type Facts } from "../facts.ts";
import type { SharedWeights } from "./sharedWeights.ts";

/** Which ranks take part in the outer step, and whether this one does. */
export interface Participation {
  /** How many ranks contribute local steps. */
  readonly contributing: number;
  /** Whether this rank does. */
  readonly contributes: boolean;
  /** Whether this rank has missed outer steps. Then its local steps do not count. */
  readonly isLate: boolean;
}

/** What a rank tells the others. */
export interface RankStatus {
  /** What must be the same on all. */
  readonly facts: Facts;
  /** A checksum of `facts`. */
  readonly checksum: number;
  /** Whether it has made local steps, and waits for an outer step. */
  readonly isDue: boolean;
  /** Whether it is new, or was restored. */
  readonly begins: boolean;
}

/**
 * Lets ranks meet before an outer step. All ranks call it.
 * @throws {BindingError} on all ranks, if one has another rule, or other shapes, options or shared weights
 */
export function* rendezvous(
  communicator: Communicator,
  shared: SharedWeights,
  { facts, checksum, isDue, begins }: RankStatus,
): Coroutine<Participation> {
  const { rank, size } = communicator;
  const present = communicator.presentRanks
    ? yield* awaitValue(communicator.presentRanks())
    : Array.from({ length: size }, (_, each) => each);
  const { steps } = shared;
  // Each also with the opposite sign, so that "max" gives the smallest, too.
  const most = Float64Array.of(checksum, -checksum, steps, -steps, begins ? 1 : 0);
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
 * Gives all ranks the shared weights and the outer state of the first rank that has missed no outer step.
 * @param candidate the number of this rank; `size` if it has missed an outer step
 */
function* catchUp(
  communicator: Communicator,
  shared: SharedWeights,
  candidate: number,
): Coroutine<void> {
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
