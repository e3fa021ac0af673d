/** TensorFlow.js on the backends that run in Node without a device. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

const require = createRequire(import.meta.url);
const folder = join(require.resolve("@tensorflow/tfjs-backend-wasm"), "..");

/** Both have all that these tests need; tfjs-node is native, and not installed here. */
export const backends = ["cpu", "wasm"] as const;

let isReady = false;

/** Has TensorFlow.js use a backend. */
export async function useBackend(name: string): Promise<void> {
  if (name === "wasm" && !isReady) {
    isReady = true;
    setWasmPaths(`${folder}/`);
  }
  if (!(await tf.setBackend(name))) {
    throw new Error(`TensorFlow.js has no backend ${name} here`);
  }
  await tf.ready();
}

export { readFileSync, tf };
