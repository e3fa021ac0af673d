/** Threads as Node and as pages have them. */
import { programText } from "./thread.ts";

/** A thread that receives messages. */
export interface Thread<M> {
  post(message: M): void;
  end(): void;
}

/** What is needed of Node's `worker_threads`. */
interface NodeThreads {
  readonly Worker: new (
    program: string,
    options: object,
  ) => {
    on(event: "error", listener: () => void): void;
    postMessage(message: unknown): void;
    unref(): void;
    terminate(): unknown;
  };
}

/** A module of Node's, where this is Node: found without an import, which bundlers for pages could not follow. */
export const builtin = <M>(name: string): M | undefined =>
  (globalThis.process?.getBuiltinModule as ((name: string) => M) | undefined)?.(name);

/** Beyond these the memory's bandwidth is used up on common machines. */
const maxThreads = 8;

/**
 * How many threads may work at the same time, where so many are asked for. A page must be cross-origin
 * isolated to have more than one.
 */
export function threadsFor(asked: number | "auto"): number {
  // Without loading Node's threads: most steps are too short for them.
  const mayShare =
    typeof SharedArrayBuffer === "function" &&
    (globalThis.process?.getBuiltinModule !== undefined || globalThis.crossOriginIsolated === true);
  if (!mayShare) {
    return 1;
  }
  if (asked !== "auto") {
    return asked;
  }
  const os = builtin<{ availableParallelism(): number }>("node:os");
  return Math.min(os?.availableParallelism() ?? navigator.hardwareConcurrency, maxThreads);
}

/** Starts a thread; `failed` is called where it cannot start, or stops by itself. */
type Start = <M>(failed: () => void) => Thread<M>;

const inNode =
  ({ Worker }: NodeThreads): Start =>
  (failed) => {
    const worker = new Worker(programText(), { eval: true, execArgv: [] });
    worker.on("error", failed);
    // Waiting for work keeps no process alive.
    worker.unref();
    return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
  };

const onPage =
  (start: () => Worker): Start =>
  (failed) => {
    const worker = start();
    worker.onerror = failed;
    return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
  };

// In this form bundlers see that the file is needed.
const fromFile = onPage(
  () => new Worker(new URL("./gradusWorker.js", import.meta.url), { type: "module" }),
);

/** A file of another origin, as of a CDN, starts no worker, and one that a bundler left behind is not there. */
const fromText = onPage(() => {
  // One for all threads: it is held as long as the page.
  textAddress ??= URL.createObjectURL(new Blob([programText()]));
  return new Worker(textAddress);
});
let textAddress: string | undefined;

/** How threads are started here: each way for where those before it fail. */
export function waysToStart(): readonly Start[] {
  const threads = builtin<NodeThreads>("node:worker_threads");
  return threads === undefined ? [fromFile, fromText] : [inNode(threads)];
}
