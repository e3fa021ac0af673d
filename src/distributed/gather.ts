/** Gives all ranks the numbers or texts of other ranks. */
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";

/** Gives all ranks the numbers of all, in the order of ranks. Each rank has equally many. */
export function* gatherNumbers(
  communicator: Communicator,
  own: ArrayLike<number>,
): Coroutine<Float64Array> {
  const { rank, size } = communicator;
  const all = new Float64Array(size * own.length);
  all.set(own, rank * own.length);
  yield communicator.allGather(
    all,
    Array.from({ length: size + 1 }, (_, i) => i * own.length),
  );
  return all;
}

/** A text, and the rank that it comes from. */
export interface RankText {
  readonly rank: number;
  readonly text: string;
}

/** Gives all ranks the text of the lowest rank that has one; undefined if no rank has one. */
export function* broadcastFirstText(
  communicator: Communicator,
  text: string | undefined,
): Coroutine<RankText | undefined> {
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
  // 0 means no text, so an empty text counts 1.
  const lengths = yield* gatherNumbers(communicator, [bytes === undefined ? 0 : bytes.length + 1]);
  const rank = lengths.findIndex((length) => length > 0);
  if (rank < 0) {
    return undefined;
  }
  const message = new Uint8Array(lengths[rank]! - 1);
  if (rank === communicator.rank) {
    message.set(bytes!);
  }
  yield communicator.broadcast(message, rank);
  return { rank, text: new TextDecoder().decode(message) };
}

/** Gives all ranks the texts of all, in the order of ranks. */
export function* gatherTexts(communicator: Communicator, text: string): Coroutine<string[]> {
  const bytes = new TextEncoder().encode(text);
  const lengths = yield* gatherNumbers(communicator, [bytes.length]);
  const bounds = [0];
  for (const length of lengths) {
    bounds.push(bounds.at(-1)! + length);
  }
  const all = new Uint8Array(bounds.at(-1)!);
  all.set(bytes, bounds[communicator.rank]);
  yield communicator.allGather(all, bounds);
  return bounds.slice(1).map((end, rank) => new TextDecoder().decode(all.slice(bounds[rank], end)));
}
