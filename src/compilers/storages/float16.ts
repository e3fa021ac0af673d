import { fromHalf, toHalf } from "../../numbers/float16.ts";
import { in16Bits } from "./storage.ts";

/** The bits of the least float32 that is no subnormal float16, 2^-14, and of 0.5. */
const normal = 0x38800000;
const half = 0x3f000000;
/** What exponents of the two types differ by, in a float32's place. */
const rebias = 112 << 23;

/**
 * Half of a float32's bytes, 11 bits of precision, and of its range what lies between 6e-8 and 65504: squares of gradients do
 * not. Rounds to the nearest, ties to even; what is larger becomes infinite.
 */
export const float16 = /* @__PURE__ */ in16Bits("float16", {
  ...{ encode: toHalf, decode: fromHalf },
  constants: [
    ...[0x7fffffff, half, rebias - 0xfff, 1, normal, 0x7c00, 0x8000, 0x7e00],
    ...[0x7fff, -normal, -rebias, 0x400 << 13, (0x7c00 << 13) - 1, 0x7f800000, 0x80000000],
  ],
  emitEncode(code, vector, [magnitudes, half, bias, one, normal, infinity, sign, notANumber]) {
    const [magnitude, bits] = [code.local("v128"), code.local("v128")];
    code.get(vector).get(magnitudes!).emit("v128.and").set(magnitude);
    // To a subnormal the sum with 1/2 rounds: its last place is 2^-24.
    code.get(magnitude).get(half!).emit("f32x4.add").get(half!).emit("i32x4.sub");
    code.get(magnitude).get(bias!).get(magnitude).emit("i32.const", 13).emit("i32x4.shr_u");
    code.get(one!).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
    code.emit("i32.const", 13).emit("i32x4.shr_u");
    code.get(magnitude).get(normal!).emit("i32x4.lt_u").emit("v128.bitselect").set(bits);
    code.get(bits).get(infinity!).get(bits).get(infinity!).emit("i32x4.lt_u");
    code.emit("v128.bitselect");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shr_u").get(sign!).emit("v128.and");
    code.emit("v128.or").get(notANumber!);
    code.get(vector).get(vector).emit("f32x4.eq").emit("v128.bitselect");
  },
  emitDecode(code, vector, constants) {
    const [magnitudes, normal, rebias, least, largest, infinity, sign] = constants.slice(8);
    const magnitude = code.local("v128");
    code.get(vector).get(magnitudes!).emit("v128.and");
    code.emit("i32.const", 13).emit("i32x4.shl").set(magnitude);
    // Subnormals as what is above 2^-14: processors take a hundred times as long for subnormal float32.
    code.get(magnitude).get(normal!).emit("i32x4.sub").get(constants[4]!).emit("f32x4.sub");
    code.get(magnitude).get(rebias!).emit("i32x4.sub");
    code.get(magnitude).get(least!).emit("i32x4.lt_u").emit("v128.bitselect");
    // Infinities and what is no number have the highest exponent here and there.
    code.get(largest!).get(magnitude).emit("i32x4.lt_u").get(infinity!).emit("v128.and");
    code.emit("v128.or");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shl").get(sign!).emit("v128.and");
    code.emit("v128.or");
  },
});
