/** The worker as the page sees it. One that is silent for too long is ended, and another one begins. */
import type { Question, Questions, RaceFacts, Request, Response } from "../engine/messages.ts";
import type { Part } from "../engine/race.ts";
import type { State } from "../state.ts";

/** What happens in a race. */
export interface RaceListener {
  begun(facts: RaceFacts): void;
  went(parts: readonly Part[], isOver: boolean): void;
  failed(message: string): void;
  /** There is no GPU, or none any more. */
  noGpu(why: string): void;
}

/** Milliseconds between two looks at the worker, and how many times it may be silent. */
const [interval, patience] = [500, 8];
const tooLong = "This takes too long to compute and was stopped.";

interface Waiting {
  readonly answered: (answer: unknown) => void;
  readonly failed: (error: Error) => void;
}

export class Runner {
  readonly #make: () => Worker;
  #worker: Worker | undefined;
  #isReady = false;
  #silent = 0;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();
  #race: { readonly id: number; readonly listener: RaceListener } | undefined;

  /** @param make starts a worker of `engine/worker.ts` */
  constructor(make: () => Worker) {
    this.#make = make;
    setInterval(() => this.#look(), interval);
  }

  /** @throws Error with a message for the reader, where the question has no answer or takes too long */
  ask<Q extends Question>(
    question: Q,
    asked: Questions[Q]["asked"],
  ): Promise<Questions[Q]["answer"]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        answered: (answer) => resolve(answer as Questions[Q]["answer"]),
        failed: reject,
      });
      this.#send({ kind: "ask", id, question, asked });
    });
  }

  /** Begins a race in the place of the one that runs. */
  race(state: State, listener: RaceListener): void {
    const id = ++this.#last;
    this.#race = { id, listener };
    this.#send({ kind: "race", id, state });
  }

  #send(request: Request): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = this.#make();
    this.#isReady = false;
    this.#silent = 0;
    worker.addEventListener("message", ({ data }: MessageEvent<Response>) => this.#hear(data));
    worker.addEventListener("error", () => this.#end("The computation has failed."));
    return worker;
  }

  #hear(response: Response): void {
    this.#silent = 0;
    if (response.kind === "ready") {
      this.#isReady = true;
      return;
    }
    if (response.kind === "alive") return;
    const { id } = response;
    if (this.#race?.id === id) {
      const { listener } = this.#race;
      if (response.kind === "begun") listener.begun(response.facts);
      if (response.kind === "failed" || response.kind === "no gpu") this.#race = undefined;
      if (response.kind === "went" && response.isOver) this.#race = undefined;
      if (response.kind === "went") listener.went(response.parts, response.isOver);
      if (response.kind === "failed") listener.failed(response.message);
      if (response.kind === "no gpu") listener.noGpu(response.message);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (response.kind === "answer") waiting?.answered(response.answer);
    if (response.kind === "failed" || response.kind === "no gpu")
      waiting?.failed(new Error(response.message));
  }

  /** A page that sleeps counts one look, however long it slept. */
  #look(): void {
    const isBusy = this.#waiting.size > 0 || this.#race !== undefined;
    if (!this.#isReady || !isBusy) this.#silent = 0;
    else if (++this.#silent > patience) this.#end(tooLong);
  }

  #end(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    const race = this.#race;
    this.#waiting.clear();
    this.#race = undefined;
    for (const { failed } of waiting) failed(new Error(message));
    race?.listener.failed(message);
  }
}
