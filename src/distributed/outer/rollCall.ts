/** Before an outer step: finds out which ranks are here, compares them, and updates those that have missed outer steps. */
import { fromText, toText } from "../../checkpoint/plainData.ts";
import { BindingError } from "../../runtime/errors.ts";
import { type OptimizerState, withArrays } from "../../runtime/state/state.ts";
import type { Communicator } from "../communicator.ts";
import { type Exchange, settled } from "../exchange.ts";
import { differenceOf, type Facts } from "../facts.ts";
import type { SharedWeights } from "./sharedWeights.ts";

/** What a rank knows after the roll call. */
export interface Roll {
  /** How many ranks contribute local steps. */
  readonly contributing: number;
  /** Whether this rank does. */
  readonly contributes: boolean;
  /** Whether this rank has missed outer steps. Then its local steps do not count. */
  readonly isLate: boolean;
}

/** What a rank tells the others. */
export interface Answer {
  /** What must be the same on all. */
  readonly facts: Facts;
  /** A checksum of `facts`. */
  readonly sum: number;
  /** Whether it has made local steps, and waits for an outer step. */
  readonly isDue: boolean;
  /** Whether it is new, or was restored. */
  readonly begins: boolean;
}

/**
 * Calls the roll. All ranks call it.
 * @throws {BindingError} on all ranks, if one has another rule, or other shapes, options or shared weights
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
  // Each also with the opposite sign, so that "max" gives the smallest, too.
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
 * Gives all ranks the shared weights and the outer state of the first rank that has missed no outer step.
 * @param candidate the number of this rank; `size` if it has missed an outer step
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
