/** The ranks that make one run together, if a launcher such as `mpirun` started several processes of the command. */
import type { Communicator } from "gradus/distributed";
import type { Training } from "gradus/tasks";
import { runSync } from "../../../src/distributed/coroutine.ts";
import { broadcastFirstText, gatherTexts } from "../../../src/distributed/gather.ts";
import { CommandError, explainError, isOfAllRanks, UsageError } from "../errors.ts";
import { complain, silence } from "../terminal.ts";
import { isRank } from "./environment.ts";
import { TimedCommunicator } from "./timed.ts";

type RankZeroResult<T> =
  | { readonly value: T }
  | { readonly usage: boolean; readonly message: string };

/** This process as one of the ranks of a run. */
export class Ranks {
  readonly communicator: TimedCommunicator;
  /** The exit code with which ranks should end, found in the last step; undefined if no rank was asked to end. */
  stopCode: number | undefined;
  /** Seconds of communication in all steps except the first. */
  #communicationSeconds = 0;

  constructor(communicator: Communicator) {
    this.communicator = new TimedCommunicator(communicator);
  }

  get isRankZero(): boolean {
    return this.communicator.rank === 0;
  }

  /**
   * Lets rank 0 do something, such as making a folder, and gives all ranks the result.
   * @param act its result must be plain data
   * @throws on all ranks, if it throws
   */
  async onRankZero<T>(act: () => Promise<T>): Promise<T> {
    let result: RankZeroResult<T> = { usage: false, message: "" };
    let failure: unknown;
    if (this.isRankZero) {
      try {
        result = { value: await act() };
      } catch (error) {
        failure = error;
        const { name, message } = error as Error;
        result = { usage: name === "UsageError", message };
      }
    }
    const received = this.broadcast(result);
    if (!("message" in received)) return received.value;
    throw failure ?? new (received.usage ? UsageError : CommandError)(received.message);
  }

  /**
   * The same training, with the mean loss of all ranks. Together with the loss, each step tells all ranks whether one was asked to end.
   * @param codeOf gives the exit code, if this rank was asked to end
   */
  synchronized(training: Training, codeOf: () => number | undefined): Training {
    const loss = new Float64Array(1);
    const exitRequest = new Float64Array(1);
    return {
      parameters: training.parameters,
      attach: (optimizer) => training.attach(optimizer),
      evaluate: () => training.evaluate(),
      gradients: (step) => {
        loss[0] = training.gradients(step);
        exitRequest[0] = 1 + (codeOf() ?? -1);
        this.communicator.allReduce(loss, "sum");
        this.communicator.allReduce(exitRequest, "max");
        this.stopCode = exitRequest[0] === 0 ? undefined : exitRequest[0]! - 1;
        return loss[0]! / this.communicator.size;
      },
    };
  }

  /**
   * Ends this rank with the signal that asked it to end, after all ranks have saved. It does not leave MPI first, because MPI
   * may be ending for the same reason, and would wait for ever for ranks that leave it.
   */
  endBy(signal: NodeJS.Signals): void {
    this.communicator.barrier();
    process.kill(process.pid, signal);
  }

  /** Ends this rank with an error that all ranks have. Rank 0 prints it, and all leave MPI first, so that no rank is ended before it has printed. */
  fail(error: unknown): void {
    if (!isOfAllRanks(error)) return;
    complain(explainError(error));
    silence();
    this.communicator[Symbol.dispose]();
  }

  /** Makes a step, and adds up the time for communication. The first step is left out, as in the time of steps. */
  step<T>(number: number, act: () => T): T {
    const before = this.communicator.seconds;
    const result = act();
    this.#communicationSeconds += number === 1 ? 0 : this.communicator.seconds - before;
    return result;
  }

  /** A sentence on how fast the run was. @param seconds the time of all steps except the first */
  summary(seconds: number, steps: number): string {
    const { size, transport } = this.communicator;
    const share = Math.min(1, this.#communicationSeconds / seconds);
    const times = size * (1 - share);
    const each = (1000 * seconds) / Math.max(1, steps - 1);
    return (
      `${size} ranks (${transport}): ${each.toPrecision(3)} ms a step, ${(100 * share).toFixed(0)} % of it for communication and waiting; ` +
      `${times.toFixed(1)} times as fast as one rank, if that computes ${size} times as long`
    );
  }

  /**
   * Gives all ranks a value of rank 0.
   * @param own plain data; other ranks pass nothing
   */
  broadcast<T>(own?: T): T {
    const message = runSync(
      broadcastFirstText(this.communicator, this.isRankZero ? JSON.stringify(own) : undefined),
    );
    return JSON.parse(message!.text) as T;
  }

  /**
   * Gives all ranks the values of all ranks.
   * @param own plain data
   */
  gather<T>(own: T): readonly T[] {
    const texts = runSync(gatherTexts(this.communicator, JSON.stringify(own)));
    return texts.map((text) => JSON.parse(text) as T);
  }
}

/** The ranks of this run; undefined if this process makes it alone. */
export async function findRanks(): Promise<Ranks | undefined> {
  if (!isRank) return undefined;
  const { connect } = await import("gradus/distributed");
  return new Ranks(await connect());
}
