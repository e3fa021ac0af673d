/** The heads of 8-bit blocks in WebAssembly: the largest magnitude, and whether any number has a sign. */
import type { FunctionBuilder } from "../wasm/assembler/assembler.ts";
import { head, infinity, length, notANumber } from "./block8Codes.ts";
import { constant, count, eachBlock, eachChunk, fourOf, from, to } from "./block8Loops.ts";

/** Locals with the values of a head. */
export interface Head {
  /** The bits of the largest magnitude. */
  readonly largest: number;
  readonly isSigned: number;
}

/** Loads the head of the block at `address`, and moves the address on to its codes. */
export function loadHead(code: FunctionBuilder, address: number): Head {
  const [largest, isSigned] = [code.local("i32"), code.local("i32")];
  code.get(address).emit("i32.load", 0).tee(largest).emit("i32.const", 0).emit("i32.lt_s");
  code.set(isSigned).get(largest).emit("i32.const", 0x7fffffff).emit("i32.and").set(largest);
  code.advance(address, head);
  return { largest, isSigned };
}

/**
 * Stores the heads of all blocks before the first block is encoded: one block's head then need not wait for the encoding
 * of the last. Writes zeros after the last number, up to a multiple of 16.
 */
export function storeHeads(code: FunctionBuilder): void {
  const kept = [from, to, count].map((parameter) => {
    const local = code.local("i32");
    code.get(parameter).set(local);
    return [parameter, local] as const;
  });
  eachBlock(code, (left) => {
    clearRest(code, left);
    code.get(to);
    pushHead(code, left);
    code
      .emit("i32.store", 0)
      .advance(from, 4 * length)
      .advance(to, head + length);
  });
  for (const [parameter, local] of kept) code.get(local).set(parameter);
}

/** Writes zeros after a block's last number, as far as the block is encoded. They do not change its head. */
function clearRest(code: FunctionBuilder, left: number): void {
  const at = code.local("i32");
  code.get(left).set(at);
  code.block(() => {
    code.loop(() => {
      code.get(at).emit("i32.const", 15).emit("i32.and").emit("i32.eqz").emit("br_if", 1);
      code.get(from).get(at).emit("i32.const", 4).emit("i32.mul").emit("i32.add");
      code.emit("f32.const", 0).emit("f32.store", 0).advance(at, 1).emit("br", 0);
    });
  });
}

/** Compares numbers by their bits: of two floats without a sign, the larger one has the larger bits. */
function pushHead(code: FunctionBuilder, left: number): void {
  const [at, rest, vector] = [code.local("i32"), code.local("i32"), code.local("v128")];
  // Two of each, side by side: the largest magnitudes, and the bits of all numbers combined by "or".
  const lanes = [0, 1].map(() => ({ most: code.local("v128"), all: code.local("v128") }));
  const magnitudes = constant(code, 0x7fffffff);
  for (const { most, all } of lanes) code.emit("v128.const", fourOf(0)).tee(most).set(all);
  code.get(from).set(at).get(left).set(rest);
  eachChunk(code, rest, 16, () => {
    for (const offset of [0, 16, 32, 48]) {
      const { most, all } = lanes[(offset / 16) % 2]!;
      code.get(at).emit("v128.load", offset).tee(vector).get(all).emit("v128.or").set(all);
      code.get(vector).get(magnitudes).emit("v128.and").get(most).emit("i32x4.max_s").set(most);
    }
    code.advance(at, 64);
  });
  const [first, second] = lanes.map(({ most }) => most) as [number, number];
  const [most, largest] = [code.local("v128"), code.local("i32")];
  // The larger one is half of the sum and the distance. V8 joins the vectors of a sum, and so those of the loop.
  code.get(first).get(second).emit("i32x4.add");
  code.get(first).get(second).emit("i32x4.sub").get(second).get(first).emit("i32x4.sub");
  code.emit("i32x4.max_s").emit("i32x4.add");
  code.emit("i32.const", 1).emit("i32x4.shr_u").set(most);
  for (const by of [8, 4]) {
    const turned = Array.from({ length: 16 }, (_, i) => (i + by) % 16);
    code.get(most).get(most).get(most).emit("i8x16.shuffle", turned).emit("i32x4.max_s").set(most);
  }
  code
    .emit("i32.const", notANumber[0] | 0)
    .get(most)
    .emit("i32x4.extract_lane", 0)
    .tee(largest);
  code.get(lanes[0]!.all).get(lanes[1]!.all).emit("v128.or");
  code.emit("v128.const", fourOf(0x80000000)).emit("v128.and").emit("v128.any_true");
  code.emit("i32.const", 31).emit("i32.shl").emit("i32.or");
  code.get(largest).emit("i32.const", infinity).emit("i32.gt_s").emit("select");
}
