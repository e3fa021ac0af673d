/**
 * A thread: sleeps until a job is open, takes parts of it, and sleeps again. It does nothing but what
 * kernels do, so that it makes no difference to the numbers who runs a part.
 *
 * Between jobs it watches the bell for a moment, since the next pass or step often follows at once.
 * While it sleeps it receives no messages; the bell rings for those too.
 */
import { takeParts, words } from "./words.js";

/** Milliseconds to watch the bell before sleeping. */
const watchful = 0.05;

/** @type {Int32Array} */
let control;
/** Which of the workers this one is, from 1. */
let place = 0;
/** The number of the last message that was received. */
let received = 0;
/** @type {Map<number, import("./words.js").Part[]>} */
const kernels = new Map();

/** @param {number} seen what the bell had last */
function sleep(seen) {
  const until = performance.now() + watchful;
  while (performance.now() < until) {
    if (Atomics.load(control, words.bell) !== seen) return;
  }
  Atomics.wait(control, words.bell, seen);
}

/** @param {number} rung what the bell has */
function join(rung) {
  Atomics.add(control, words.busy, 1);
  // If it is open, its words are all there, and stay as they are until this worker leaves.
  if (Atomics.load(control, words.open) === rung && place <= Number(control[words.workers])) {
    const functions = kernels.get(Number(control[words.kernel]));
    try {
      if (functions !== undefined) takeParts(control, functions, place);
    } catch {
      Atomics.store(control, words.failed, 1);
    }
  }
  if (Atomics.sub(control, words.busy, 1) === 1) Atomics.notify(control, words.busy);
}

/** Works until there are messages to receive. */
function work() {
  let seen = 0;
  while (Atomics.load(control, words.posted) === received) {
    const rung = Atomics.load(control, words.bell);
    if (rung === seen) {
      sleep(seen);
    } else {
      seen = rung;
      join(rung);
    }
  }
}

/** @param {import("./team.ts").Message} message */
function receive({ number, start, load, drop }) {
  received = number;
  if (start !== undefined) {
    control = start.control;
    place = start.place;
    Atomics.add(control, words.started, 1);
  }
  for (const { id, module, memory, names } of load) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const functions = names.map((name) => exports[name]);
    kernels.set(id, /** @type {import("./words.js").Part[]} */ (functions));
  }
  for (const id of drop) kernels.delete(id);
  work();
}

const { parentPort } = globalThis.process?.getBuiltinModule?.("node:worker_threads") ?? {};
if (parentPort) {
  parentPort.on("message", receive);
} else {
  globalThis.onmessage = ({ data }) => receive(data);
}
