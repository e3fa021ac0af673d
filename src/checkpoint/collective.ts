/** Lets all ranks do something together. It succeeds on all ranks, or fails on all with the error of one. */
import { RestoreError } from "../runtime/errors.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import { CheckpointError } from "./errors.ts";

/** An error, as it is sent to other ranks. */
interface Failure {
  readonly text: string;
  /** Whether the saved state does not fit the optimizer. */
  readonly isMisfit: boolean;
  /** Whether there was not enough memory. */
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

export class Collective {
  readonly #rankGroup: RankGroup;
  #hasFailed = false;

  constructor(rankGroup: RankGroup) {
    this.#rankGroup = rankGroup;
  }

  /**
   * Gives all ranks the values of all ranks.
   * @param value plain data
   * @throws the error of another rank, if that one has failed
   */
  allGather<T>(value: T): readonly T[] {
    const messages = this.#exchange({ value });
    return messages.map((message, rank) => {
      if ("failure" in message) {
        this.#hasFailed = true;
        throw errorOf(rank, message.failure);
      }
      return message.value;
    });
  }

  /**
   * Does this rank's work. All ranks must call `share` equally often in it, the last time after everything that may fail. So if one rank
   * fails, the others are in a call of `share`, and get its error there.
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
    const texts = this.#rankGroup.gatherTexts(JSON.stringify(message));
    return texts.map((text) => JSON.parse(text) as Message<T>);
  }
}
