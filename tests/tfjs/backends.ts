/** TensorFlow.js on the backends that run in Node without a device. */
import { createRequire } from "node:module";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
// It includes the derivatives of all operations.
import "@tensorflow/tfjs-layers";

const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");

/** `tfjs-node` is TensorFlow's C library, which npm alone does not provide. Its values are read and written as those of `cpu`. */
export const backends = ["cpu", "wasm"] as const;

let hasPaths = false;

/** Makes TensorFlow.js use a backend. */
export async function useBackend(name: (typeof backends)[number]): Promise<void> {
  if (!hasPaths) {
    setWasmPaths(join(main, "..", "/"));
    hasPaths = true;
  }
  await tf.setBackend(name);
  await tf.ready();
  if (tf.getBackend() !== name) {
    throw new Error(`TensorFlow.js has no backend ${name} here`);
  }
}
