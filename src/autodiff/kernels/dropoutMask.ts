/**
 * Dropout's mask from a counter-based generator, Threefry-2x32 with 13 rounds (Salmon, Moraes, Dror
 * and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): a draw depends on nothing but the
 * key and the counter, so a mask can be drawn again, in any order.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { countUpTo } from "./loops.ts";

/** The fewest rounds that pass every test the paper ran (its table 2). */
const rounds = 13;
const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
/** The paper's key-schedule parity, from Threefish. */
const parity = 0x1bd11bda;

/** Emits Threefry on the vectors x0 and x1, four counters side by side. */
function emitThreefry(f: FunctionBuilder, x0: number, x1: number, keys: readonly number[]): void {
  const add = (target: number, by: number) => f.get(target).get(by).emit("i32x4.add").set(target);
  add(x0, keys[0]!);
  add(x1, keys[1]!);
  for (let round = 0; round < rounds; round++) {
    const distance = rotations[round % rotations.length]!;
    add(x0, x1);
    f.get(x1).emit("i32.const", distance).emit("i32x4.shl");
    f.get(x1)
      .emit("i32.const", 32 - distance)
      .emit("i32x4.shr_u");
    f.emit("v128.or").get(x0).emit("v128.xor").set(x1);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      add(x0, keys[injection % 3]!);
      add(x1, keys[(injection + 1) % 3]!);
      f.get(x1).emit("i32.const", injection).emit("i32x4.splat").emit("i32x4.add").set(x1);
    }
  }
}

/**
 * `dropoutMask(count, target, seed, stream, step, threshold, kept)`
 *
 * Fills `target` with `kept` where the element's draw, an unsigned 32-bit number, is at least
 * `threshold`, and with 0 elsewhere. The key is (seed, stream). Elements 8i + l and 8i + 4 + l, l < 4,
 * take the two words of the counter (4i + l, step), so up to 7 elements behind `count` are written.
 */
export function dropoutMask(): FunctionSource {
  const f = new FunctionBuilder("dropoutMask", [...Array(6).fill("i32"), "f32"]);
  const [count, target, seed, stream, step, threshold, kept] = [0, 1, 2, 3, 4, 5, 6] as const;
  const index = f.local("i32");
  const [k0, k1, k2, x0, x1, counter, second, limit, value] = Array.from({ length: 9 }, () =>
    f.local("v128"),
  ) as [number, number, number, number, number, number, number, number, number];
  const splat = (from: number, to: number) => f.get(from).emit("i32x4.splat").set(to);
  splat(seed, k0);
  splat(stream, k1);
  f.get(k0).get(k1).emit("v128.xor").emit("i32.const", parity).emit("i32x4.splat");
  f.emit("v128.xor").set(k2);
  splat(step, second);
  splat(threshold, limit);
  f.get(kept).emit("f32x4.splat").set(value);
  f.emit(
    "v128.const",
    [0, 1, 2, 3].flatMap((lane) => [lane, 0, 0, 0]),
  ).set(counter);
  countUpTo(f, index, count, 8, () => {
    f.get(counter).set(x0).get(second).set(x1);
    emitThreefry(f, x0, x1, [k0, k1, k2]);
    for (const [offset, word] of [
      [0, x0],
      [16, x1],
    ] as const) {
      f.get(target).get(value).get(word).get(limit).emit("i32x4.lt_u");
      f.emit("v128.andnot").emit("v128.store", offset);
    }
    f.get(counter).emit("i32.const", 4).emit("i32x4.splat").emit("i32x4.add").set(counter);
    f.advance(target, 32);
  });
  return f.build();
}
