/** Arrays that a loop walks: loads and stores of their vectors, however elements are kept. */
import type { Access } from "../compiler.ts";
import type { Storage } from "../storages/storage.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { vectorBytes } from "./operators.ts";

/** An array that a loop walks: where it is now, in a local. */
export interface Walk {
  readonly slot: string;
  readonly access: Access;
  readonly address: number;
  readonly storage: Pick<Storage, "bytes" | "encoding">;
  /** The locals with what its encoding reads, if it has one. */
  readonly constants: readonly number[];
}

/** What encodings read, in locals: engines would make it again at each use in a loop. */
export class Constants {
  readonly #code: FunctionBuilder;
  readonly #known = new Map<Storage, readonly number[]>();

  constructor(code: FunctionBuilder) {
    this.#code = code;
  }

  /** Made where it is first asked for: before the loop. */
  of(storage: Storage): readonly number[] {
    const known = this.#known.get(storage);
    const locals = known ?? (storage.encoding?.constants ?? []).map((bits) => this.#make(bits));
    this.#known.set(storage, locals);
    return locals;
  }

  #make(bits: number): number {
    const local = this.#code.local("v128");
    const bytes = new Uint8Array(new Int32Array(4).fill(bits).buffer);
    this.#code.emit("v128.const", [...bytes]).set(local);
    return local;
  }
}

/** Bytes from a chunk's start to a vector of it that is kept in 16 bits. */
const halfOffset = (index: number): number => (index * vectorBytes) / 2;

/** Loads the chunk's vector `index` of an array into a local. */
export function loadVector(
  code: FunctionBuilder,
  { address, storage: { encoding }, constants }: Walk,
  index: number,
  vector: number,
): void {
  code.get(address);
  if (encoding === undefined) {
    code.emit("v128.load", index * vectorBytes).set(vector);
    return;
  }
  code.emit("v128.load16x4_u", halfOffset(index)).set(vector);
  encoding.emitDecode(code, vector, constants);
  code.set(vector);
}

/** Stores one vector of a chunk, or two that lie side by side, the first of them vector `index`. */
export function storeVectors(
  code: FunctionBuilder,
  walk: Walk,
  index: number,
  vectors: readonly number[],
): void {
  const { address, storage } = walk;
  if (storage.encoding !== undefined) {
    storeEncoded(code, walk, index, vectors);
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
  if (vectors.length === 2) code.emit("v128.store", halfOffset(index));
  else code.emit("v128.store64_lane", halfOffset(index), 0);
}
