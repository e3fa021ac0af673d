/**
 * The WebAssembly instructions that Gradus emits, by their names in the specification
 * (WebAssembly Core Specification, chapter 5.4, "Instructions").
 *
 * Each entry is the opcode's bytes, followed by the kind of each immediate operand.
 */

import { Feature } from "../../../feature.ts";

/** How an immediate operand is encoded. */
export type Immediate =
  | "u32"
  | "s32"
  | "f32"
  | "memory"
  | "lane"
  | "lanes"
  | "v128"
  | "block"
  | "zero";

/** How an instruction is encoded. */
export interface Encoded {
  readonly opcode: readonly number[];
  readonly immediates: readonly Immediate[];
}

const plain = (...opcode: number[]): Encoded => ({ opcode, immediates: [] });
const withImmediates = (immediates: Immediate[], ...opcode: number[]): Encoded => ({
  opcode,
  immediates,
});

/** A SIMD opcode: the prefix 0xfd and the number as LEB128. */
const simdOpcode = (code: number): number[] =>
  code < 0x80 ? [0xfd, code] : [0xfd, (code & 0x7f) | 0x80, code >> 7];
const simd = (code: number, ...immediates: Immediate[]): Encoded => ({
  opcode: simdOpcode(code),
  immediates,
});

/** The instructions that loops over elements need. */
export const instructions = {
  block: withImmediates(["block"], 0x02),
  loop: withImmediates(["block"], 0x03),
  if: withImmediates(["block"], 0x04),
  else: plain(0x05),
  end: plain(0x0b),
  br: withImmediates(["u32"], 0x0c),
  br_if: withImmediates(["u32"], 0x0d),
  select: plain(0x1b),
  "local.get": withImmediates(["u32"], 0x20),
  "local.set": withImmediates(["u32"], 0x21),
  "local.tee": withImmediates(["u32"], 0x22),
  "i32.load": withImmediates(["memory"], 0x28),
  "f64.store": withImmediates(["memory"], 0x39),
  "i32.const": withImmediates(["s32"], 0x41),
  "i32.eqz": plain(0x45),
  "i32.lt_s": plain(0x48),
  "i32.gt_s": plain(0x4a),
  "i32.ge_u": plain(0x4f),
  "i32.add": plain(0x6a),
  "i32.sub": plain(0x6b),
  "i32.mul": plain(0x6c),
  "i32.div_u": plain(0x6e),
  "f32.add": plain(0x92),
  "f32.min": plain(0x96),
  "f32.max": plain(0x97),
  "f64.add": plain(0xa0),
  "f64.min": plain(0xa4),
  "f64.max": plain(0xa5),
  "f32.convert_i32_s": plain(0xb2),
  "f64.convert_i32_s": plain(0xb7),
  "f64.promote_f32": plain(0xbb),
  "v128.load": simd(0x00, "memory"),
  "v128.load32_splat": simd(0x09, "memory"),
  "v128.load64_splat": simd(0x0a, "memory"),
  "v128.store": simd(0x0b, "memory"),
  "v128.const": simd(0x0c, "v128"),
  "f32x4.splat": simd(0x13),
  "f64x2.splat": simd(0x14),
  "f32x4.extract_lane": simd(0x1f, "lane"),
  "f64x2.extract_lane": simd(0x21, "lane"),
  "f32x4.eq": simd(0x41),
  "f32x4.ne": simd(0x42),
  "f32x4.lt": simd(0x43),
  "f32x4.le": simd(0x45),
  "f64x2.eq": simd(0x47),
  "f64x2.ne": simd(0x48),
  "f64x2.lt": simd(0x49),
  "f64x2.le": simd(0x4b),
  "v128.xor": simd(0x51),
  "v128.bitselect": simd(0x52),
  "f32x4.floor": simd(0x68),
  "f64x2.floor": simd(0x75),
  "i32x4.add": simd(0xae),
  "f32x4.abs": simd(0xe0),
  "f32x4.sqrt": simd(0xe3),
  "f32x4.add": simd(0xe4),
  "f32x4.sub": simd(0xe5),
  "f32x4.mul": simd(0xe6),
  "f32x4.div": simd(0xe7),
  "f32x4.min": simd(0xe8),
  "f32x4.max": simd(0xe9),
  "f64x2.abs": simd(0xec),
  "f64x2.sqrt": simd(0xef),
  "f64x2.add": simd(0xf0),
  "f64x2.sub": simd(0xf1),
  "f64x2.mul": simd(0xf2),
  "f64x2.div": simd(0xf3),
  "f64x2.min": simd(0xf4),
  "f64x2.max": simd(0xf5),
} as const satisfies Record<string, Encoded>;

const others = {
  call: withImmediates(["u32"], 0x10),
  "i32.store": withImmediates(["memory"], 0x36),
  "f32.load": withImmediates(["memory"], 0x2a),
  "f32.store": withImmediates(["memory"], 0x38),
  "memory.copy": withImmediates(["zero", "zero"], 0xfc, 0x0a),
  "f32.const": withImmediates(["f32"], 0x43),
  "i32.eq": plain(0x46),
  "i32.lt_u": plain(0x49),
  "i32.and": plain(0x71),
  "i32.or": plain(0x72),
  "i32.shl": plain(0x74),
  "i32.shr_u": plain(0x76),
  "v128.load8x8_u": simd(0x02, "memory"),
  "v128.load16x4_u": simd(0x04, "memory"),
  "i8x16.shuffle": simd(0x0d, "lanes"),
  "i32x4.splat": simd(0x11),
  "i32x4.extract_lane": simd(0x1b, "lane"),
  "i32x4.lt_u": simd(0x3a),
  "i32x4.gt_s": simd(0x3b),
  "v128.and": simd(0x4e),
  "v128.andnot": simd(0x4f),
  "v128.or": simd(0x50),
  "v128.store16_lane": simd(0x59, "memory", "lane"),
  "v128.store32_lane": simd(0x5a, "memory", "lane"),
  "v128.store64_lane": simd(0x5b, "memory", "lane"),
  "v128.load32_zero": simd(0x5c, "memory"),
  "f32x4.demote_f64x2_zero": simd(0x5e),
  "f64x2.promote_low_f32x4": simd(0x5f),
  "f32x4.nearest": simd(0x6a),
  "v128.any_true": simd(0x53),
  "i8x16.narrow_i16x8_u": simd(0x66),
  "i16x8.narrow_i32x4_u": simd(0x86),
  "i32x4.extend_low_i16x8_u": simd(0xa9),
  "i32x4.extend_high_i16x8_u": simd(0xaa),
  "i32x4.shl": simd(0xab),
  "i32x4.shr_s": simd(0xac),
  "i32x4.shr_u": simd(0xad),
  "i32x4.sub": simd(0xb1),
  "i32x4.min_s": simd(0xb6),
  "i32x4.max_s": simd(0xb8),
  "i64x2.extend_low_i32x4_s": simd(0xc7),
  "i64x2.shl": simd(0xcb),
  "i64x2.shr_u": simd(0xcd),
  "i64x2.add": simd(0xce),
  "i64x2.sub": simd(0xd1),
  "f32x4.neg": simd(0xe1),
  "i32x4.trunc_sat_f32x4_s": simd(0xf8),
  "i32x4.trunc_sat_f64x2_s_zero": simd(0xfc),
  "f64x2.convert_low_i32x4_s": simd(0xfe),
  // Relaxed SIMD: rounds once if the processor can, otherwise twice.
  "f32x4.relaxed_madd": simd(0x105),
} as const satisfies Record<string, Encoded>;

/** The name of an instruction, as in the specification's text format. */
export type Mnemonic = keyof typeof instructions | keyof typeof others;

/** By name. Instructions that are not in it must not be used. */
export type Instructions = Readonly<Partial<Record<Mnemonic, Encoded>>>;

export const allInstructions: Instructions = { ...instructions, ...others };

/** The instructions for programs that have more than loops over elements. */
export const moreInstructions = new Feature<Instructions>();

export const provideInstructions = (): void => moreInstructions.provide(allInstructions);
