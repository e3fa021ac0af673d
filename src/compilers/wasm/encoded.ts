/** Loads and stores vectors of arrays with 16 bits for each element. */
import { blockLength } from "../backend.ts";
import type { Encoding } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import { vectorBytes } from "./operators.ts";
import type { EncodedVectors, Walk } from "./walk.ts";

/** The locals with an encoding's constants. Without locals, engines would make them again at each use in a loop. */
const constantsOf = (code: FunctionBuilder, { constants }: Encoding): number[] =>
  constants.map((bits) => {
    const local = code.local("v128");
    const bytes = new Uint8Array(new Int32Array(4).fill(bits).buffer);
    code.emit("v128.const", [...bytes]).set(local);
    return local;
  });

/** Bytes from a chunk's start to a vector of it. */
const offsetOf = (index: number): number => (index * vectorBytes) / 2;

function load(
  code: FunctionBuilder,
  { address, storage: { encoding }, constants }: Walk,
  index: number,
  vector: number,
): void {
  code.get(address).emit("v128.load16x4_u", offsetOf(index)).set(vector);
  encoding!.emitDecode(code, vector, constants);
  code.set(vector);
}

/** For pieces of blocks: bytes from a number to its fraction for stochastic rounding. */
export const fractionsBehind = blockLength * 4;

function encode(
  code: FunctionBuilder,
  { storage: { encoding, rounding }, constants }: Walk,
  vector: number,
  fractions?: number,
): number {
  const bits = code.local("v128");
  if (fractions === undefined) encoding!.emitEncode(code, vector, constants);
  else rounding!.draw!.emitEncode(code, encoding!, vector, fractions, constants);
  code.set(bits);
  return bits;
}

function store(
  code: FunctionBuilder,
  walk: Walk,
  index: number,
  vectors: readonly number[],
  fractions?: readonly number[],
): void {
  const { address, storage } = walk;
  if (storage.encoding === undefined) {
    // One at a time, because such loops call functions.
    const offset = index * vectorBytes;
    code.get(address).get(vectors[0]!).emit("v128.store", offset);
    code
      .get(address)
      .get(fractions![0]!)
      .emit("v128.store", offset + fractionsBehind);
    return;
  }
  const encoded = vectors.map((vector, i) => encode(code, walk, vector, fractions?.[i]));
  const [first, second = first] = encoded as [number, number?];
  const both = code.local("v128");
  code.get(first).get(second).emit("i16x8.narrow_i32x4_u").set(both).get(address).get(both);
  if (vectors.length === 2) code.emit("v128.store", offsetOf(index));
  else code.emit("v128.store64_lane", offsetOf(index), 0);
}

export const inHalves: EncodedVectors = { constantsOf, load, encode, store };
