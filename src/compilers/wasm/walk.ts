/** Loads and stores vectors of the arrays that a loop runs through, whatever their storage. */
import { Feature } from "../../feature.ts";
import type { Access } from "../backend.ts";
import type { Encoding, Storage } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import { vectorBytes } from "./operators.ts";

/** An array that a loop runs through; a local has its current address. */
export interface Walk {
  readonly slot: string;
  readonly access: Access;
  readonly address: number;
  readonly storage: Pick<Storage, "bytes" | "encoding" | "rounding">;
  /** The locals with its encoding's constants, if it is encoded. */
  readonly constants: readonly number[];
}

/** Loads and stores vectors of encoded arrays (encoded.ts). */
export interface EncodedVectors {
  /** The locals with an encoding's constants, which are set before the loop. */
  constantsOf(code: FunctionBuilder, encoding: Encoding): readonly number[];
  load(code: FunctionBuilder, walk: Walk, index: number, vector: number): void;
  /** Encodes a vector, in 32 bits for each number, with stochastic rounding if fractions are given. @returns the local of the bits */
  encode(code: FunctionBuilder, walk: Walk, vector: number, fractions?: number): number;
  /** @param fractions for stochastic rounding: one local for each vector */
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
 * Stores one vector of a chunk, or two adjacent ones, of which vector `index` is the first.
 * @param fractions for stochastic rounding: one local for each vector
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
  // The last one first, as width.ts explains.
  for (const [i, vector] of [...vectors.entries()].reverse()) {
    code
      .get(walk.address)
      .get(vector)
      .emit("v128.store", (index + i) * vectorBytes);
  }
}
