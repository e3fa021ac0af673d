/** Threads as Node and as pages have them. */

/** A thread that receives messages. */
export interface Thread<M> {
  post(message: M): void;
  end(): void;
}

/** What is needed of Node's `worker_threads`. */
interface NodeThreads {
  readonly Worker: new (
    module: URL,
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
const mostThreads = 8;

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
  return Math.min(os?.availableParallelism() ?? navigator.hardwareConcurrency, mostThreads);
}

/** @param failed called where the thread cannot start, or stops by itself */
export function startThread<M>(failed: () => void): Thread<M> {
  const threads = builtin<NodeThreads>("node:worker_threads");
  if (threads === undefined) {
    // In this form bundlers see that the file is needed.
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onerror = failed;
    return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
  }
  const worker = new threads.Worker(new URL("./worker.js", import.meta.url), { execArgv: [] });
  worker.on("error", failed);
  // Waiting for work keeps no process alive.
  worker.unref();
  return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
}
