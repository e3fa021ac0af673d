/** Numbers out of tensors and into new ones, with as few copies as a backend allows. */
import {
  backend,
  engine,
  type ShapeMap,
  type Tensor,
  type TypedArray,
  tensor,
} from "@tensorflow/tfjs-core";
import type { AnyParameter } from "../runtime/parameters.ts";

/** What the WebAssembly backend has beside what all have. */
interface WithHeap {
  /** The numbers where they are, until memory grows or the tensor is disposed. */
  typedArrayFromHeap(tensor: Tensor): TypedArray;
}

const hasHeap = (found: unknown): found is WithHeap =>
  typeof (found as WithHeap).typedArrayFromHeap === "function";

/** A tensor's numbers, to be read at once and never written. On a GPU this waits for it. */
export function numbersOf(from: Tensor): TypedArray {
  const found = backend();
  // A tensor that another backend made moves here when it is read.
  const isHere = engine().state.tensorInfo.get(from.dataId)?.backend === found;
  return isHere && hasHeap(found) ? found.typedArrayFromHeap(from) : from.dataSync();
}

/** A new tensor of these numbers, which may change afterwards. */
export function tensorOf({ data, shape }: AnyParameter): Tensor {
  // The WebAssembly backend copies them into its memory; others keep the array.
  const values = hasHeap(backend()) ? data : data.slice();
  return tensor(values as Float32Array, shape as ShapeMap[keyof ShapeMap], "float32");
}
