/** Ranks that do something together: it succeeds on all of them, or fails on all with what is wrong on one. */
import { RestoreError } from "../runtime/errors.ts";
import type { Together } from "../runtime/state/together.ts";
import { CheckpointError } from "./errors.ts";

/** An error on its way to other ranks. */
interface Failure {
  readonly text: string;
  /** Whether what was saved does not fit. */
  readonly isMisfit: boolean;
  /** Whether the same would do with more memory. */
  readonly isOfMemory: boolean;
}

type Message<T> = { readonly value: T } | { readonly failure: Failure };

function failureOf(error: unknown): Failure {
  const { message = String(error), cause } = (error ?? {}) as Error;
  return {
    text: message,
    isMisfit: error instanceof RestoreError,
    isOfMemory: cause instanceof RangeError,
  };
}

function errorOf(rank: number, { text, isMisfit, isOfMemory }: Failure): Error {
  const message = `rank ${rank}: ${text}`;
  return isMisfit
    ? new RestoreError([message])
    : new CheckpointError(message, isOfMemory ? { cause: new RangeError(text) } : {});
}

export class Meeting {
  readonly #together: Together;
  #hasFailed = false;

  constructor(together: Together) {
    this.#together = together;
  }

  /**
   * Gives all ranks the values of all.
   * @param value plain data
   * @throws what another rank has failed with
   */
  share<T>(value: T): readonly T[] {
    const said = this.#exchange({ value });
    return said.map((message, rank) => {
      if ("failure" in message) {
        this.#hasFailed = true;
        throw errorOf(rank, message.failure);
      }
      return message.value;
    });
  }

  /**
   * Does this rank's share of the work. All ranks end it with the same number of `share`, the last of them behind all that may
   * fail: so where one fails, the others wait for what it has to say.
   */
  run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!this.#hasFailed) {
        this.#exchange({ failure: failureOf(error) });
      }
      throw error;
    }
  }

  #exchange<T>(message: Message<T>): readonly Message<T>[] {
    const texts = this.#together.exchange(JSON.stringify(message));
    return texts.map((text) => JSON.parse(text) as Message<T>);
  }
}
