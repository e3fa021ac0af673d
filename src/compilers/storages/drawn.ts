/**
 * Stochastic rounding to 16 bits. A number between two values of the format becomes the farther one with a probability
 * that grows with the distance from the nearer one. The format's bits, without the sign, must ascend with the magnitude.
 */
import type { FunctionBuilder } from "../wasm/assembler/assembler.ts";
import type { Encoding } from "./storage.ts";

/** @param fraction uniform, from 0 to below 1 */
export function encodeDrawn({ encode, decode }: Encoding, value: number, fraction: number): number {
  const bits = encode(value);
  const found = decode(bits);
  // This is exact, because the two are close to each other.
  const beyond = Math.fround(Math.abs(value) - Math.abs(found));
  const other = (bits + (beyond < 0 ? -1 : 1)) & 0xffff;
  const gap = Math.abs(Math.fround(decode(other) - found));
  // False if one of them is infinite or NaN: then the nearest value is kept.
  return Math.abs(beyond) > Math.fround(gap * fraction) ? other : bits;
}

/** Pushes the bits of four float32 numbers at once. @param constants the locals with the encoding's constants */
export function emitEncodeDrawn(
  code: FunctionBuilder,
  encoding: Encoding,
  vector: number,
  fractions: number,
  constants: readonly number[],
): void {
  const [bits, found, beyond, other] = Array.from({ length: 4 }, () => code.local("v128")) as [
    ...[number, number, number, number],
  ];
  const constant = (value: number) =>
    code.emit("v128.const", [...new Uint8Array(new Int32Array(4).fill(value).buffer)]);
  encoding.emitEncode(code, vector, constants);
  code.set(bits);
  encoding.emitDecode(code, bits, constants);
  code.set(found).get(vector).emit("f32x4.abs").get(found).emit("f32x4.abs");
  code.emit("f32x4.sub").set(beyond).get(bits).get(beyond);
  constant(0).emit("f32x4.lt");
  constant(1).emit("v128.or").emit("i32x4.add");
  constant(0xffff).emit("v128.and").set(other);
  code.get(other).get(bits);
  encoding.emitDecode(code, other, constants);
  code.get(found).emit("f32x4.sub").emit("f32x4.abs").get(fractions).emit("f32x4.mul");
  code.get(beyond).emit("f32x4.abs").emit("f32x4.lt").emit("v128.bitselect");
}
