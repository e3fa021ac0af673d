/** Starts threads in Node and on pages. */
import { programText } from "./thread.ts";

/** A thread that receives messages. */
export interface Thread<M> {
  post(message: M): void;
  end(): void;
}

/** The members used here of Node's `worker_threads`. */
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

/** A module of Node, if this is Node. It is not imported, because bundlers for pages could not resolve an import. */
export const builtin = <M>(name: string): M | undefined =>
  (globalThis.process?.getBuiltinModule as ((name: string) => M) | undefined)?.(name);

/** More threads do not help on common machines, because the memory's bandwidth is used up. */
const maxThreads = 8;

/** The number of threads that may work at the same time. On a page, it is 1 unless the page is cross-origin isolated. */
export function threadsFor(asked: number | "auto"): number {
  // Decided without loading Node's threads, because most steps are too short for them.
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

/** Starts a thread. It calls `failed` if the thread cannot start, or stops by itself. */
type Start = <M>(failed: () => void) => Thread<M>;

const inNode =
  ({ Worker }: NodeThreads): Start =>
  (failed) => {
    const worker = new Worker(programText(), { eval: true, execArgv: [] });
    worker.on("error", failed);
    // An idle worker must not keep the process alive.
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

// Bundlers recognize this form and include the file.
const fromFile = onPage(
  () => new Worker(new URL("./gradusWorker.js", import.meta.url), { type: "module" }),
);

/** A worker cannot start from a file of another origin, such as a CDN's, nor from a file that a bundler left out. */
const fromText = onPage(() => {
  // One address for all threads. It stays valid as long as the page.
  textAddress ??= URL.createObjectURL(new Blob([programText()]));
  return new Worker(textAddress);
});
let textAddress: string | undefined;

/** The ways to start threads here. Each is tried if those before it fail. */
export function waysToStart(): readonly Start[] {
  const threads = builtin<NodeThreads>("node:worker_threads");
  return threads === undefined ? [fromFile, fromText] : [inNode(threads)];
}
