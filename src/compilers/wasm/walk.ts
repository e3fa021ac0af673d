/** Arrays that a loop walks: loads and stores of their vectors, however elements are kept. */
import { Feature } from "../../feature.ts";
import type { Access } from "../backend.ts";
import type { Encoding, Storage } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import { vectorBytes } from "./operators.ts";

/** An array that a loop walks: where it is now, in a local. */
export interface Walk {
  readonly slot: string;
  readonly access: Access;
  readonly address: number;
  readonly storage: Pick<Storage, "bytes" | "encoding" | "rounding">;
  /** The locals with what its encoding reads, if it has one. */
  readonly constants: readonly number[];
}

/** Vectors of arrays whose elements are encoded (encoded.ts). */
export interface EncodedVectors {
  /** Made before a loop. */
  constantsOf(code: FunctionBuilder, encoding: Encoding): readonly number[];
  load(code: FunctionBuilder, walk: Walk, index: number, vector: number): void;
  /** Makes the bits of a vector, in 32 bits each, drawn by fractions if there are some. @returns a local that has them */
  encode(code: FunctionBuilder, walk: Walk, vector: number, fractions?: number): number;
  /** @param fractions by which each of the vectors is drawn, if they are */
  store(
    code: FunctionBuilder,
    walk: Walk,
    index: number,
    vectors: readonly number[],
    fractions?: readonly number[],
  ): void;
}
export const encodedVectors = new Feature<EncodedVectors>();

/** Loads the chunk's vector `index` of an array into a local. */
export function loadVector(code: FunctionBuilder, walk: Walk, index: number, vector: number): void {
  if (walk.storage.encoding !== undefined) {
    encodedVectors.value.load(code, walk, index, vector);
    return;
  }
  code
    .get(walk.address)
    .emit("v128.load", index * vectorBytes)
    .set(vector);
}

/**
 * Stores one vector of a chunk, or two that lie side by side, the first of them vector `index`.
 * @param fractions by which each is drawn, if they are
 */
export function storeVectors(
  code: FunctionBuilder,
  walk: Walk,
  index: number,
  vectors: readonly number[],
  fractions?: readonly number[],
): void {
  if (walk.storage.encoding !== undefined || fractions) {
    encodedVectors.value.store(code, walk, index, vectors, fractions);
    return;
  }
  // The last one first: see width.ts.
  for (const [i, vector] of [...vectors.entries()].reverse()) {
    code
      .get(walk.address)
      .get(vector)
      .emit("v128.store", (index + i) * vectorBytes);
  }
}
