/** What ranks do together, written once: for transports that are done at once, and for those that are waited for. */

/**
 * Yields what must be done before it goes on, a promise or nothing, and gets back what came of it.
 * @typeParam T what all of it comes to
 */
export type Turns<T> = Generator<unknown, T, unknown>;

/** Waits for a value. */
export function* settled<T>(value: T | PromiseLike<T>): Turns<T> {
  return (yield value) as T;
}

/** Runs it where all is done as soon as it is asked for. */
export function atOnce<T>(turns: Turns<T>): T {
  let turn = turns.next();
  while (!turn.done) {
    turn = turns.next(turn.value);
  }
  return turn.value;
}

/** Runs it where what it yields may be a promise. */
export async function inTurn<T>(turns: Turns<T>): Promise<T> {
  let turn = turns.next();
  while (!turn.done) {
    let value: unknown;
    try {
      value = await turn.value;
    } catch (error) {
      turn = turns.throw(error);
      continue;
    }
    turn = turns.next(value);
  }
  return turn.value;
}
