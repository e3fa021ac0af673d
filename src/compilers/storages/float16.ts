import { fromHalf, toHalf } from "../../numbers/float16.ts";
import { in16Bits } from "./storage.ts";

/** The bits of 2^-14, the smallest number that is not subnormal in float16, and of 0.5. */
const normal = 0x38800000;
const half = 0x3f000000;
/** The difference between the exponents of the two types, at its place in a float32. */
const rebias = 112 << 23;

/**
 * Half the bytes of a float32, with 11 bits of precision, for magnitudes from 6e-8 to 65504: squares of gradients are often
 * outside of that. Rounds to nearest, ties to even; larger numbers become infinite.
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
    // For a subnormal, adding 1/2 rounds: the sum's last bit is 2^-24.
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
    // Subnormals are decoded as numbers above 2^-14: processors take a hundred times as long for subnormal float32.
    code.get(magnitude).get(normal!).emit("i32x4.sub").get(constants[4]!).emit("f32x4.sub");
    code.get(magnitude).get(rebias!).emit("i32x4.sub");
    code.get(magnitude).get(least!).emit("i32x4.lt_u").emit("v128.bitselect");
    // Infinities and NaN have the highest exponent in both types.
    code.get(largest!).get(magnitude).emit("i32x4.lt_u").get(infinity!).emit("v128.and");
    code.emit("v128.or");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shl").get(sign!).emit("v128.and");
    code.emit("v128.or");
  },
});
