import type { PartFunction } from "../../compilers/backend.ts";
import { type Message, words } from "./words.ts";

// The text of these functions is the worker's program if there is no file for it (see `programText`). So they use only their
// arguments, and no names for which a bundler would add a helper.

/**
 * Takes parts of the open job until none is left.
 *
 * @param place 0 for the caller; workers count from 1
 */
export function takeParts(
  control: Int32Array,
  functions: readonly PartFunction[],
  place: number,
  word: typeof words,
): void {
  const run = functions[control[word.index]!]!;
  const record = control[word.record]!;
  const scratch = control[word.scratch]! + place * control[word.scratchBytes]!;
  const length = control[word.length]!;
  const grain = control[word.grain]!;
  for (;;) {
    const from = Atomics.add(control, word.next, 1) * grain;
    if (from >= length) return;
    run(from, Math.min(from + grain, length), record, scratch);
  }
}

/**
 * The program of a worker: it sleeps until a job is open, takes parts of it, and sleeps again. It only runs kernels, so the numbers
 * do not depend on which thread runs a part.
 *
 * Between jobs it watches the bell for 50 microseconds, because the next pass or step often follows at once. It receives no
 * messages while it sleeps, so the bell rings for those too.
 */
export function runThread(
  word: typeof words,
  take: typeof takeParts,
  listenTo: typeof listen,
): void {
  const kernels = new Map<number, readonly PartFunction[]>();
  const thread = {
    control: new Int32Array() as Int32Array,
    /** The number of this worker, from 1. */
    place: 0,

    /** @param rung the present value of the bell */
    join(rung: number): void {
      const { control, place } = this;
      Atomics.add(control, word.busy, 1);
      // If the job is open, its words are complete, and stay unchanged until this worker leaves.
      if (Atomics.load(control, word.open) === rung && place <= control[word.workers]!) {
        const functions = kernels.get(control[word.kernel]!);
        try {
          if (functions) take(control, functions, place, word);
        } catch {
          Atomics.store(control, word.failed, 1);
        }
      }
      if (Atomics.sub(control, word.busy, 1) === 1) Atomics.notify(control, word.busy);
    },

    /** Works until there are messages after the one with this number. */
    work(received: number): void {
      const { control } = this;
      let until = 0;
      for (let seen = 0; Atomics.load(control, word.posted) === received; ) {
        const rung = Atomics.load(control, word.bell);
        if (rung !== seen) {
          seen = rung;
          this.join(rung);
          until = performance.now() + 0.05;
        } else if (performance.now() >= until) {
          Atomics.wait(control, word.bell, seen);
        }
      }
    },

    receive({ number, start, load, drop }: Message): void {
      if (start !== undefined) {
        this.control = start.control;
        this.place = start.place;
        Atomics.add(this.control, word.started, 1);
      }
      for (const { id, module, memory, names } of load) {
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        kernels.set(
          id,
          names.map((name) => exports[name] as PartFunction),
        );
      }
      for (const id of drop) kernels.delete(id);
      this.work(number);
    },
  };
  listenTo((message) => thread.receive(message));
}

/** Listens for messages to this worker, in Node and on a page. */
export function listen(receive: (message: Message) => void): void {
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (node?.parentPort) node.parentPort.on("message", receive);
  else globalThis.onmessage = ({ data }) => receive(data);
}

/** The text of the worker's program, for when its file is not available. */
export const programText = (): string =>
  `(${runThread})(${JSON.stringify(words)},${takeParts},${listen})`;
