/** Loads and stores of vectors of numbers, however their elements are kept. */
import type { Encoding, Storage } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { vectorBytes } from "./operators.ts";

/** How an array that is walked keeps its elements. */
type Kept = Pick<Storage, "encoding">;

/** Bytes from a chunk's start to a vector of it that is kept in 16 bits. */
const halfOffset = (index: number): number => (index * vectorBytes) / 2;

/** Loads the chunk's vector `index` into a local; the chunk's address is on the stack. */
export function loadVector(
  code: FunctionBuilder,
  { encoding }: Kept,
  index: number,
  vector: number,
): void {
  if (encoding === undefined) {
    code.emit("v128.load", index * vectorBytes).set(vector);
    return;
  }
  code.emit("v128.load16x4_u", halfOffset(index)).set(vector);
  encoding.emitDecode(code, vector);
  code.set(vector);
}

/** Stores one vector of a chunk, or two that lie side by side, the first of them vector `index`. */
export function storeVectors(
  code: FunctionBuilder,
  { encoding }: Kept,
  address: number,
  index: number,
  vectors: readonly number[],
): void {
  if (encoding !== undefined) {
    storeEncoded(code, encoding, address, index, vectors);
    return;
  }
  // The last one first: see width.ts.
  for (const [i, vector] of [...vectors.entries()].reverse()) {
    code
      .get(address)
      .get(vector)
      .emit("v128.store", (index + i) * vectorBytes);
  }
}

function storeEncoded(
  code: FunctionBuilder,
  encoding: Encoding,
  address: number,
  index: number,
  vectors: readonly number[],
): void {
  const bits = code.local("v128");
  for (const vector of vectors) encoding.emitEncode(code, vector);
  if (vectors.length === 1) {
    code.tee(bits).get(bits).emit("i16x8.narrow_i32x4_u").set(bits);
    code.get(address).get(bits).emit("v128.store64_lane", halfOffset(index), 0);
  } else {
    code.emit("i16x8.narrow_i32x4_u").set(bits);
    code.get(address).get(bits).emit("v128.store", halfOffset(index));
  }
}
