/** The ranks that make one run together, where `mpirun` or its like has started several processes of the command. */
import type { Communicator } from "gradus/distributed";
import type { Training } from "gradus/tasks";
import { allSaid, firstSaid, now } from "../../../src/distributed/exchange.ts";
import { CommandError, explainError, isOfAllRanks, UsageError } from "../errors.ts";
import { complain, silence } from "../terminal.ts";
import { isRank } from "./environment.ts";
import { TimedCommunicator } from "./timed.ts";

type Told<T> = { readonly value: T } | { readonly usage: boolean; readonly message: string };

/** This process among those of a run. */
export class Ranks {
  readonly communicator: TimedCommunicator;
  /** What the last step has found: the exit code that a rank was asked for; nothing where none was asked to end. */
  stopCode: number | undefined;
  /** Seconds of all steps but the first. */
  #spoken = 0;

  constructor(communicator: Communicator) {
    this.communicator = new TimedCommunicator(communicator);
  }

  get isFirst(): boolean {
    return this.communicator.rank === 0;
  }

  /**
   * Has the first rank do something, such as making a folder, and gives all what it has told.
   * @param tell plain data
   * @throws on all ranks, where it throws
   */
  async first<T>(act: () => Promise<T>): Promise<T> {
    let told: Told<T> = { usage: false, message: "" };
    let failure: unknown;
    if (this.isFirst) {
      try {
        told = { value: await act() };
      } catch (error) {
        failure = error;
        const { name, message } = error as Error;
        told = { usage: name === "UsageError", message };
      }
    }
    const heard = this.hear(told);
    if (!("message" in heard)) return heard.value;
    throw failure ?? new (heard.usage ? UsageError : CommandError)(heard.message);
  }

  /**
   * The same run with its loss as the mean over all ranks, at which they also learn who was asked to stop.
   * @param codeOf the exit code that this rank is asked for, if it is asked to end
   */
  meeting(training: Training, codeOf: () => number | undefined): Training {
    const loss = new Float64Array(1);
    const asked = new Float64Array(1);
    return {
      parameters: training.parameters,
      attach: (optimizer) => training.attach(optimizer),
      evaluate: () => training.evaluate(),
      gradients: (step) => {
        loss[0] = training.gradients(step);
        asked[0] = 1 + (codeOf() ?? -1);
        this.communicator.allReduce(loss, "sum");
        this.communicator.allReduce(asked, "max");
        this.stopCode = asked[0] === 0 ? undefined : asked[0]! - 1;
        return loss[0]! / this.communicator.size;
      },
    };
  }

  /**
   * Ends this rank by the signal that all have saved for, as if nobody had heard it: MPI, which may be ending for the same reason, would wait for ever for
   * ranks that take leave of it.
   */
  endBy(signal: NodeJS.Signals): void {
    this.communicator.barrier();
    process.kill(process.pid, signal);
  }

  /** Ends this rank as all others end, with the same error: the first has said why, and none is cut off by another that is faster. */
  fail(error: unknown): void {
    if (!isOfAllRanks(error)) return;
    complain(explainError(error));
    silence();
    this.communicator[Symbol.dispose]();
  }

  /** Makes a step. What is spoken in the first one is left out, as its time is. */
  step<T>(number: number, act: () => T): T {
    const before = this.communicator.seconds;
    const result = act();
    this.#spoken += number === 1 ? 0 : this.communicator.seconds - before;
    return result;
  }

  /** How fast it was. @param seconds of all steps but the first */
  summary(seconds: number, steps: number): string {
    const { size, transport } = this.communicator;
    const share = Math.min(1, this.#spoken / seconds);
    const times = size * (1 - share);
    const each = (1000 * seconds) / Math.max(1, steps - 1);
    return (
      `${size} ranks (${transport}): ${each.toPrecision(3)} ms a step, ${(100 * share).toFixed(0)} % of it for communication and waiting; ` +
      `${times.toFixed(1)} times as fast as one rank, if that computes ${size} times as long`
    );
  }

  /**
   * What the first rank says, to all.
   * @param own plain data; other ranks have none
   */
  hear<T>(own?: T): T {
    const said = now(firstSaid(this.communicator, this.isFirst ? JSON.stringify(own) : undefined));
    return JSON.parse(said!.text) as T;
  }

  /**
   * What each rank says, to all.
   * @param own plain data
   */
  all<T>(own: T): readonly T[] {
    const texts = now(allSaid(this.communicator, JSON.stringify(own)));
    return texts.map((text) => JSON.parse(text) as T);
  }
}

/** The ranks of this run; undefined where this process makes it alone. */
export async function findRanks(): Promise<Ranks | undefined> {
  if (!isRank) return undefined;
  const { connect } = await import("gradus/distributed");
  return new Ranks(await connect());
}
