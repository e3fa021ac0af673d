import type { PartFunction } from "../../compilers/backend.ts";
import { type Message, words } from "./words.ts";

// The text of these functions is a worker's program where it has no file (see `programText`). So they know nothing but what
// they are given, and nothing in them has a name that a bundler would keep by a helper of its own.

/**
 * Takes parts of the open job until there are none left.
 *
 * @param place 0 for the caller, then that of each worker
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
 * A thread: sleeps until a job is open, takes parts of it, and sleeps again. It does nothing but what
 * kernels do, so that it makes no difference to the numbers who runs a part.
 *
 * Between jobs it watches the bell for 50 microseconds, since the next pass or step often follows at once.
 * While it sleeps it receives no messages; the bell rings for those too.
 */
export function runThread(
  word: typeof words,
  take: typeof takeParts,
  listenTo: typeof listen,
): void {
  const kernels = new Map<number, readonly PartFunction[]>();
  const thread = {
    control: new Int32Array() as Int32Array,
    /** Which of the workers this one is, from 1. */
    place: 0,

    /** @param rung what the bell has */
    join(rung: number): void {
      const { control, place } = this;
      Atomics.add(control, word.busy, 1);
      // If it is open, its words are all there, and stay as they are until this worker leaves.
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

    /** Works until there are messages to receive after the one of this number. */
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

/** Hears what is posted to this worker, in Node and on a page. */
export function listen(receive: (message: Message) => void): void {
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (node?.parentPort) node.parentPort.on("message", receive);
  else globalThis.onmessage = ({ data }) => receive(data);
}

/** The worker's program, for where its file cannot be had. */
export const programText = (): string =>
  `(${runThread})(${JSON.stringify(words)},${takeParts},${listen})`;
