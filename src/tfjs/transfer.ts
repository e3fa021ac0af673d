/** Reads numbers from tensors and makes new tensors, with as few copies as a backend allows. */
import {
  backend,
  engine,
  type ShapeMap,
  type Tensor,
  type TypedArray,
  tensor,
} from "@tensorflow/tfjs-core";
import type { AnyParameter } from "../runtime/parameters.ts";

/** What only the WebAssembly backend has. */
interface WithHeap {
  /** A view of the numbers, valid until memory grows or the tensor is disposed. */
  typedArrayFromHeap(tensor: Tensor): TypedArray;
}

const hasHeap = (found: unknown): found is WithHeap =>
  typeof (found as WithHeap).typedArrayFromHeap === "function";

/** A tensor's numbers. Read them at once, and never write them. On a GPU this waits for the device. */
export function numbersOf(from: Tensor): TypedArray {
  const found = backend();
  // A tensor of another backend moves to this one when it is read.
  const isHere = engine().state.tensorInfo.get(from.dataId)?.backend === found;
  return isHere && hasHeap(found) ? found.typedArrayFromHeap(from) : from.dataSync();
}

/** A new tensor with a copy of these numbers. */
export function tensorOf({ data, shape }: AnyParameter): Tensor {
  // The WebAssembly backend copies the numbers into its memory; other backends keep the array.
  const values = hasHeap(backend()) ? data : data.slice();
  return tensor(values as Float32Array, shape as ShapeMap[keyof ShapeMap], "float32");
}
