import { fromBfloat16, toBfloat16 } from "../../numbers/bfloat16.ts";
import { in16Bits } from "./storage.ts";

/**
 * Half the bytes of a float32, with float32's range and 8 bits of precision: steps of 0.4 to 0.8 %. A mean that changes by
 * less in a step, such as Adam's `v` with `beta2` of 0.999, would not change in it. Rounds to nearest, ties to even.
 */
export const bfloat16 = /* @__PURE__ */ in16Bits("bfloat16", {
  ...{ encode: toBfloat16, decode: fromBfloat16 },
  constants: [-0x7fff, 1, 0x7fc0],
  emitEncode(code, vector, [half, one, notANumber]) {
    code.get(notANumber!);
    // Only subtractions: an addition would let V8 begin to join vectors.
    code.get(vector).get(half!).get(vector).emit("i32.const", 16).emit("i32x4.shr_u");
    code.get(one!).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
    code.emit("i32.const", 16).emit("i32x4.shr_u");
    code.get(vector).get(vector).emit("f32x4.ne").emit("v128.bitselect");
  },
  emitDecode(code, vector) {
    code.get(vector).emit("i32.const", 16).emit("i32x4.shl");
  },
});
