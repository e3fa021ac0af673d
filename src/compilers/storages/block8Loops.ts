/** What the functions for 8-bit blocks share: their parameters, and loops over blocks and over parts of a block. */
import type { FunctionBuilder } from "../wasm/assembler/assembler.ts";
import { length } from "./block8Codes.ts";

/** The parameters of the functions. */
export const from = 0;
export const to = 1;
export const count = 2;

export const fourOf = (value: number): number[] => [
  ...new Uint8Array(new Uint32Array(4).fill(value).buffer),
];

/** A local with a vector of one number. */
export function constant(code: FunctionBuilder, value: number): number {
  const local = code.local("v128");
  code.emit("v128.const", fourOf(value)).set(local);
  return local;
}

/** Runs the body for each block; `left` is the local with its count of numbers. */
export function eachBlock(code: FunctionBuilder, body: (left: number) => void): void {
  const left = code.local("i32");
  code.block(() => {
    code.loop(() => {
      code.get(count).emit("i32.const", 0).emit("i32.gt_s").emit("i32.eqz").emit("br_if", 1);
      code.get(count).emit("i32.const", length).get(count).emit("i32.const", length);
      code.emit("i32.lt_s").emit("select").set(left);
      body(left);
      code.advance(count, -length).emit("br", 0);
    });
  });
}

/** Runs the body until `left` is 0 or less; each turn takes `atOnce` numbers. */
export function eachChunk(
  code: FunctionBuilder,
  left: number,
  atOnce: number,
  body: () => void,
): void {
  code.loop(() => {
    body();
    code.advance(left, -atOnce).get(left).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
  });
}
