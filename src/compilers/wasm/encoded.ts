/** Vectors of arrays that are kept in 16 bits an element. */
import type { Encoding } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import { vectorBytes } from "./operators.ts";
import type { EncodedVectors, Walk } from "./walk.ts";

/** What an encoding reads, in locals: engines would make it again at each use in a loop. */
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

function store(
  code: FunctionBuilder,
  { address, storage: { encoding }, constants }: Walk,
  index: number,
  vectors: readonly number[],
): void {
  const encoded = vectors.map((vector) => {
    const bits = code.local("v128");
    encoding!.emitEncode(code, vector, constants);
    code.set(bits);
    return bits;
  });
  const [first, second = first] = encoded as [number, number?];
  const both = code.local("v128");
  code.get(first).get(second).emit("i16x8.narrow_i32x4_u").set(both).get(address).get(both);
  if (vectors.length === 2) code.emit("v128.store", offsetOf(index));
  else code.emit("v128.store64_lane", offsetOf(index), 0);
}

export const inHalves: EncodedVectors = { constantsOf, load, store };
