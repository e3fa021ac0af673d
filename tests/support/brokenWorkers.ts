/** Threads of the runtime in which every kernel does something else. */
import { Worker } from "node:worker_threads";

/**
 * The workers that are started from now on have this in place of each kernel.
 * @param kernel the body of a function, such as `throw new Error()`: a trap, as a thread without memory would meet
 * @returns makes those that are started later whole again
 */
export function breakWorkers(kernel: string): () => void {
  const threads = process.getBuiltinModule("node:worker_threads");
  threads.Worker = class extends Worker {
    constructor(program: string) {
      const text = `
        const { Instance } = WebAssembly;
        WebAssembly.Instance = class {
          constructor(...given) {
            const { exports } = new Instance(...given);
            const kernel = () => { ${kernel} };
            this.exports = Object.fromEntries(Object.keys(exports).map((name) => [name, kernel]));
          }
        };
        ${program};`;
      super(text, { eval: true });
    }
  };
  return () => {
    threads.Worker = Worker;
  };
}
