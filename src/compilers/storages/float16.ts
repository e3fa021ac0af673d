import { fromHalf, toHalf } from "../../numbers/float16.ts";
import { splat32 } from "./lanes.ts";
import { in16Bits } from "./storage.ts";

/** The bits of the least float32 that is no subnormal float16, 2^-14, of 0.5, and of infinity. */
const [normal, half, infinity] = [0x38800000, 0x3f000000, 0x7f800000] as const;
/** What exponents of the two types differ by, in a float32's place. */
const rebias = 112 << 23;

/**
 * Half of a float32's bytes, 11 bits of precision, and of its range what lies between 6e-8 and 65504: squares of gradients do
 * not. Rounds to the nearest, ties to even; what is larger becomes infinite.
 */
export const float16 = /* @__PURE__ */ in16Bits("float16", {
  encode: toHalf,
  decode: fromHalf,
  emitEncode(code, vector) {
    const [magnitude, bits] = [code.local("v128"), code.local("v128")];
    code.get(vector).emit("v128.const", splat32(0x7fffffff)).emit("v128.and").set(magnitude);
    // To a subnormal the sum with 1/2 rounds: its last place is 2^-24.
    code.get(magnitude).emit("v128.const", splat32(half)).emit("f32x4.add");
    code.emit("v128.const", splat32(half)).emit("i32x4.sub");
    code.get(magnitude).emit("v128.const", splat32(0xfff)).emit("i32x4.add");
    code.get(magnitude).emit("i32.const", 13).emit("i32x4.shr_u");
    code.emit("v128.const", splat32(1)).emit("v128.and").emit("i32x4.add");
    code.emit("v128.const", splat32(rebias)).emit("i32x4.sub");
    code.emit("i32.const", 13).emit("i32x4.shr_u");
    code.get(magnitude).emit("v128.const", splat32(normal)).emit("i32x4.lt_u");
    code.emit("v128.bitselect").set(bits);
    code.get(bits).emit("v128.const", splat32(0x7c00));
    code.get(bits).emit("v128.const", splat32(0x7c00)).emit("i32x4.lt_u");
    code.emit("v128.bitselect");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shr_u");
    code.emit("v128.const", splat32(0x8000)).emit("v128.and").emit("v128.or");
    code.emit("v128.const", splat32(0x7e00));
    code.get(vector).get(vector).emit("f32x4.eq").emit("v128.bitselect");
  },
  emitDecode(code, vector) {
    const magnitude = code.local("v128");
    code.get(vector).emit("v128.const", splat32(0x7fff)).emit("v128.and");
    code.emit("i32.const", 13).emit("i32x4.shl").tee(magnitude);
    code.emit("v128.const", splat32((127 + 112) << 23)).emit("f32x4.mul");
    // Infinities and what is no number have the highest exponent here and there.
    code
      .emit("v128.const", splat32((0x7c00 << 13) - 1))
      .get(magnitude)
      .emit("i32x4.lt_u");
    code.emit("v128.const", splat32(infinity)).emit("v128.and").emit("v128.or");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shl");
    code.emit("v128.const", splat32(0x80000000)).emit("v128.and").emit("v128.or");
  },
});
