/** Keeps in 16 more bits what rounding to 16 bits loses of a number. Together they have 23 of float32's 24 bits. */
import type { FunctionBuilder } from "../wasm/assembler/assembler.ts";
import { type Encoding, in16Bits, type Storage } from "./storage.ts";

/** The factor is 1 plus a whole number of steps of 1 / this. */
const steps = 2 ** 23;
const least = -0x8000;
const most = 0x7fff;

/** Rounds to the nearest whole number, ties to even. */
function nearest(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return down + Number(rest > 0.5 || (rest === 0.5 && down % 2 !== 0));
}

const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0]!;

/**
 * Encodes the factor by which a number differs from its rounded value. `encode` takes the number itself; `decode` returns
 * the factor, which is 1 if all bits are 0.
 */
function factorOf(of: Encoding): Encoding {
  const { encode, decode, ...kept } = of;
  const own = [1, steps, -1, 1 / steps, steps - least].map(bitsOf);
  // The float32 2^23 + n, for a whole n below that, has the bits of 2^23 plus n.
  const constants = [...kept.constants, ...own, most, least, 0xffff, 0x8000, bitsOf(steps)];
  const ownOf = (all: readonly number[]) => all.slice(kept.constants.length);
  return {
    remainderOf: of,
    constants,
    encode(value) {
      const factor = Math.fround(value / decode(encode(value)));
      const count = nearest(Math.min(Math.max((factor - 1) * steps, least), most));
      // For 0, infinity and NaN there is no factor.
      return (count || 0) & 0xffff;
    },
    decode: (bits) => 1 + ((bits << 16) >> 16) / steps,
    emitEncode(code, vector, all) {
      const [one, factor, , , , highest, lowest, mask] = ownOf(all);
      const bits = code.local("v128");
      kept.emitEncode(code, vector, all);
      code.set(bits).get(vector);
      kept.emitDecode(code, bits, all);
      code.emit("f32x4.div").get(one!).emit("f32x4.sub").get(factor!).emit("f32x4.mul");
      code.emit("f32x4.nearest").emit("i32x4.trunc_sat_f32x4_s").get(highest!);
      code.emit("i32x4.min_s").get(lowest!).emit("i32x4.max_s").get(mask!).emit("v128.and");
    },
    emitDecode(code: FunctionBuilder, vector, all) {
      const [, , minusOne, step, offset, , , , sign, exponent] = ownOf(all);
      code.get(vector).get(sign!).emit("v128.xor").get(exponent!).emit("v128.or");
      code.get(offset!).emit("f32x4.sub").get(step!).emit("f32x4.mul");
      code.get(minusOne!).emit("f32x4.sub");
    },
  };
}

const known = new WeakMap<Encoding, Storage>();

/** The storage of the remainder that belongs to a storage of 16 bits. */
export function remainderOf({ encoding }: Storage): Storage {
  const found = known.get(encoding!) ?? in16Bits("remainder", factorOf(encoding!));
  known.set(encoding!, found);
  return found;
}
