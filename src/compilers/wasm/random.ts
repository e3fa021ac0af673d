/** Random numbers in SIMD: the bits of `rule/random.ts`, for four counters at a time. */
import type { NodeOf } from "../../rule/graph/graph.ts";
import { parity, rotations } from "../../rule/graph/random.ts";
import { callRecord, elementBytes } from "../backend.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import type { LoopBuilder } from "./loop.ts";

export const splat32 = (...values: number[]): number[] => [
  ...new Uint8Array(Int32Array.from({ length: 4 }, (_, i) => values[i % values.length]!).buffer),
];
const splat64 = (value: number): number[] => [
  ...new Uint8Array(new Float64Array([value, value]).buffer),
];

/** `threefry(key0, key1, site, indices)`: two vectors of words for four counters (index, site). */
export function randomFunction(): FunctionSource {
  const f = new FunctionBuilder("threefry", ["i32", "i32", "i32", "v128"], ["v128", "v128"], false);
  const [x, y] = [3, f.local("v128")] as const;
  const keys = [f.local("v128"), f.local("v128"), f.local("v128")] as const;
  f.get(0).emit("i32x4.splat").set(keys[0]).get(1).emit("i32x4.splat").set(keys[1]);
  f.get(keys[0]).get(keys[1]).emit("v128.xor");
  f.emit("v128.const", splat32(parity)).emit("v128.xor").set(keys[2]);
  f.get(x).get(keys[0]).emit("i32x4.add").set(x);
  f.get(2).emit("i32x4.splat").get(keys[1]).emit("i32x4.add").set(y);
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]!) {
      f.get(x).get(y).emit("i32x4.add").set(x);
      f.get(y).emit("i32.const", by).emit("i32x4.shl");
      f.get(y)
        .emit("i32.const", 32 - by)
        .emit("i32x4.shr_u")
        .emit("v128.or");
      f.get(x).emit("v128.xor").set(y);
    }
    f.get(x)
      .get(keys[(group + 1) % 3]!)
      .emit("i32x4.add")
      .set(x);
    f.get(y)
      .get(keys[(group + 2) % 3]!)
      .emit("i32x4.add");
    f.emit("v128.const", splat32(group + 1))
      .emit("i32x4.add")
      .set(y);
  }
  return f.get(x).get(y).build();
}

/** Pushes two uniform numbers, made from the low or high lanes of the words in two locals. */
function pushUniform(builder: LoopBuilder, words: readonly [number, number], high: boolean): void {
  const { code } = builder;
  const part = (word: number): void => {
    code.get(word);
    if (high) {
      code.get(word).emit("i8x16.shuffle", upperHalf);
    }
    code.emit("i32.const", 6).emit("i32x4.shr_u").emit("f64x2.convert_low_i32x4_s");
  };
  part(words[0]);
  code.emit("v128.const", splat64(2 ** 26)).emit("f64x2.mul");
  part(words[1]);
  code.emit("f64x2.add").emit("v128.const", splat64(0.5)).emit("f64x2.add");
  code.emit("v128.const", splat64(2 ** -52)).emit("f64x2.mul");
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const upperHalf = [...range(8, 16), ...range(8, 16)];
const lowerHalves = [...range(0, 8), ...range(16, 24)];

/**
 * Pushes a vector of random numbers.
 * @param offset bytes from the chunk's start to the vector
 * @param index the index of the function that draws
 */
export function emitRandom(
  builder: LoopBuilder,
  node: NodeOf<"random">,
  offset: number,
  index: number,
): void {
  const { code, type } = builder;
  const bytes = elementBytes[type];
  const words = [code.local("v128"), code.local("v128")] as const;
  code.get(builder.word(callRecord.key0)).get(builder.word(callRecord.key1));
  code.emit("i32.const", node.site | 0);
  code.get(builder.walk("#").address).emit("i32x4.splat");
  code.emit("v128.const", splat32(...range(offset / bytes, offset / bytes + 4))).emit("i32x4.add");
  code.emit("call", index).set(words[1]).set(words[0]);
  const half = (high: boolean): void => {
    pushUniform(builder, words, high);
    if (node.distribution === "normal") {
      builder.callLibrary("normalQuantile");
    }
  };
  half(false);
  if (type === "float32") {
    code.emit("f32x4.demote_f64x2_zero");
    half(true);
    code.emit("f32x4.demote_f64x2_zero").emit("i8x16.shuffle", lowerHalves);
  }
}
