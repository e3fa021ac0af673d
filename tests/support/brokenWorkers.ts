/** Replaces the kernels in the runtime's threads. */
import { Worker } from "node:worker_threads";

/**
 * The workers that start from now on call this in place of each kernel.
 * @param kernel the body of a function, such as `throw new Error()`: a trap, as in a thread without memory
 * @returns a function that ends this for later workers
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
