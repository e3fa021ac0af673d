/** Encodings of storages in WGSL: from a number to bits and back. */
import { toBfloat16 } from "../../../numbers/bfloat16.ts";
import { toHalf } from "../../../numbers/float16.ts";
import { encode as encodeBlock8 } from "../../storages/block8Codes.ts";
import type { Storage, WgslEncoding } from "../../storages/storage.ts";
import { type BlockCode, block8 } from "./block8.ts";

/** Uses integers alone: WGSL's own rounding to halves may flush subnormals, and is undefined above the largest number. */
const bfloat16: WgslEncoding = {
  encode: `
  let word = bitcast<u32>(x);
  let rounded = (word + 0x7fffu + ((word >> 16u) & 1u)) >> 16u;
  return select(rounded, 0x7fc0u, (word & 0x7fffffffu) > 0x7f800000u);`,
  decode: `
  return bitcast<f32>(bits << 16u);`,
};

const float16: WgslEncoding = {
  encode: `
  let word = bitcast<u32>(x);
  let sign = (word >> 16u) & 0x8000u;
  let magnitude = word & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return 0x7e00u; }
  // From half of the step behind the largest number on.
  if (magnitude >= 0x477ff000u) { return sign | 0x7c00u; }
  if (magnitude >= 0x38800000u) {
    let rebiased = magnitude - 0x38000000u;
    return sign | ((rebiased + 0xfffu + ((rebiased >> 13u) & 1u)) >> 13u);
  }
  // Subnormal: a whole multiple of 2^-24.
  let shift = min(126u - (magnitude >> 23u), 31u);
  let fraction = (magnitude & 0x7fffffu) | 0x800000u;
  return sign | ((fraction + (1u << (shift - 1u)) - 1u + ((fraction >> shift) & 1u)) >> shift);`,
  decode: `
  let sign = (bits & 0x8000u) << 16u;
  let magnitude = bits & 0x7fffu;
  let normal = select((magnitude << 13u) + 0x38000000u, (magnitude << 13u) | 0x7f800000u, magnitude >= 0x7c00u);
  let subnormal = bitcast<u32>(f32(magnitude) * 5.9604644775390625e-8f);
  return bitcast<f32>(sign | select(normal, subnormal, magnitude < 0x400u));`,
};

/** The library's own encodings. They are found by the function that encodes on the CPU. */
const encodings: ReadonlyMap<unknown, WgslEncoding> = new Map([
  [toBfloat16, bfloat16],
  [toHalf, float16],
]);

/** A storage's encoding in WGSL: 16 bits for each number, or blocks of bytes. */
export type Code = (WgslEncoding & { readonly functions?: string }) | BlockCode;

/**
 * The factor of storages/remainder.ts. A WGSL division may be two units off. So the difference is divided, not the number:
 * it is far smaller.
 */
const remainderOf = ({ encode, decode }: WgslEncoding): Code => ({
  functions: `
fn encodeWhole(x: f32) -> u32 {${encode}
}
fn decodeWhole(bits: u32) -> f32 {${decode}
}`,
  encode: `
  let found = decodeWhole(encodeWhole(x));
  let isNone = (bitcast<u32>(found) & 0x7f800000u) == 0x7f800000u || (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u;
  if (isNone || found == 0f) { return 0u; }
  let steps = round((x - found) / found * 8388608f);
  return bitcast<u32>(i32(clamp(steps, -32768f, 32767f))) & 0xffffu;`,
  decode: `
  return 1f + f32(bitcast<i32>(bits << 16u) >> 16u) * 1.1920928955078125e-7f;`,
});

const remainders = new WeakMap<WgslEncoding, Code>();

/** @returns undefined if the storage has no encoding in WGSL */
export function codeOf({
  encoding,
  blocks,
}: Pick<Storage, "encoding" | "blocks">): Code | undefined {
  if (encoding?.remainderOf !== undefined) {
    const of = codeOf({ encoding: encoding.remainderOf }) as WgslEncoding | undefined;
    const known = of && (remainders.get(of) ?? remainderOf(of));
    if (of && known) remainders.set(of, known);
    return known;
  }
  if (encoding !== undefined) {
    return encoding.wgsl ?? encodings.get(encoding.encode);
  }
  return blocks?.encode === encodeBlock8 ? block8 : undefined;
}

export const isBlockCode = (code: Code): code is BlockCode => "head" in code;
