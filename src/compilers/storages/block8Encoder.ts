/** Encodes numbers in blocks of 8 bits in WebAssembly, to the same bits as block8Codes.ts. */
import { FunctionBuilder, type FunctionSource } from "../wasm/assembler/assembler.ts";
import {
  type Code,
  infinity,
  mantissa,
  notANumber,
  signedCode,
  unsignedCode,
} from "./block8Codes.ts";
import { type Head, loadHead, storeHeads } from "./block8Heads.ts";
import { constant, eachBlock, eachChunk, fourOf, from, to } from "./block8Loops.ts";

/** Pushes a vector of one number: one in blocks with signs, another in blocks without. */
function pushEither(code: FunctionBuilder, isSigned: number, of: (code: Code) => number): void {
  code.emit("i32.const", of(signedCode)).emit("i32.const", of(unsignedCode));
  code.get(isSigned).emit("select").emit("i32x4.splat");
}

/** A local with such a vector. */
function either(code: FunctionBuilder, isSigned: number, of: (code: Code) => number): number {
  const local = code.local("v128");
  pushEither(code, isSigned, of);
  code.set(local);
  return local;
}

/**
 * `encode(from, to, count)`: numbers to blocks. It may write up to 15 bytes more, and zeros after the numbers.
 * @param behind bytes from a number to its fraction, for stochastic rounding
 */
export function encoder(behind?: number): FunctionSource {
  const code = new FunctionBuilder("encodeBlocks", ["i32", "i32", "i32"], [], false);
  storeHeads(code);
  eachBlock(code, (left) => {
    const { largest, isSigned } = loadHead(code, to);
    const encode = () => {
      const divisor = code.local("v128");
      code.emit("i32.const", 0x3f800000).get(largest).get(largest).emit("i32.eqz").emit("select");
      code.emit("i32x4.splat").set(divisor);
      const block = { left, largest, isSigned, divisor };
      if (behind === undefined) encodeNearest(code, block);
      else encodeAny(code, block, behind);
    };
    code.get(largest).emit("i32.const", infinity).emit("i32.gt_s");
    code.if(() => fillBlock(code, left), encode);
  });
  return code.build();
}

/** Locals: the count of numbers in a block, the values of its head, and a vector with the divisor of its numbers. */
interface Block extends Head {
  readonly left: number;
  readonly divisor: number;
}

/** Writes the codes of a block that contains NaN. */
function fillBlock(code: FunctionBuilder, left: number): void {
  eachChunk(code, left, 16, () => {
    code.get(to).emit("v128.const", Array(16).fill(notANumber[1])).emit("v128.store", 0);
    code.advance(from, 64).advance(to, 16);
  });
}

/** Runs the body for every 16 numbers of a block. `codesAt` gets the offset of four numbers, and returns the local of their codes. */
function eachCodes(code: FunctionBuilder, left: number, codesAt: (offset: number) => number): void {
  eachChunk(code, left, 16, () => {
    const [first, second, third, fourth] = [0, 16, 32, 48].map(codesAt);
    code.get(to).get(first!).get(second!).emit("i16x8.narrow_i32x4_u");
    code.get(third!).get(fourth!).emit("i16x8.narrow_i32x4_u");
    code.emit("i8x16.narrow_i16x8_u").emit("v128.store", 0).advance(from, 64).advance(to, 16);
  });
}

/** Encodes a block with rounding to nearest: one loop for blocks with signs and one for those without, with few instructions each. */
function encodeNearest(code: FunctionBuilder, block: Block): void {
  const nearest = (kind: Code) => () => encodeFinite(code, block, kind);
  const finite = () => code.get(block.isSigned).if(nearest(signedCode), nearest(unsignedCode));
  // A block with infinity takes the general loop: infinity / infinity is NaN, which these two do not expect.
  code.get(block.largest).emit("i32.const", infinity).emit("i32.eq");
  code.if(() => encodeAny(code, block), finite);
}

function encodeFinite(code: FunctionBuilder, { left, divisor }: Block, kind: Code): void {
  const isSigned = kind === signedCode;
  const { offset, least } = kind;
  const all = [0x7fffffff, 1, (offset << mantissa) - 0x7ffff, least, 0x80].map((each) =>
    constant(code, each),
  );
  const [magnitudes, one, lessHalf, half, sign] = all as [number, number, number, number, number];
  const relative = code.local("v128");
  eachCodes(code, left, (at) => {
    const [number, result] = [code.local("v128"), code.local("v128")];
    code.get(from).emit("v128.load", at).tee(number).get(divisor).emit("f32x4.div");
    if (isSigned) code.get(magnitudes).emit("v128.and");
    code.set(relative);
    // Only subtractions: an addition would let V8 begin to join vectors.
    code.get(relative).get(lessHalf).get(relative).emit("i32.const", mantissa);
    code.emit("i32x4.shr_u").get(one).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
    code.emit("i32.const", mantissa).emit("i32x4.shr_s");
    if (isSigned) {
      code.get(half).get(relative).emit("i32x4.sub").emit("i32.const", 31).emit("i32x4.shr_u");
      code.emit("i32x4.max_s");
      code.get(number).emit("i32.const", 24).emit("i32x4.shr_u").get(sign).emit("v128.and");
      code.emit("v128.or");
    } else {
      code.get(number).get(one).emit("i32x4.min_s").emit("i32x4.max_s");
    }
    code.set(result);
    return result;
  });
}

/** Encodes any block, also with stochastic rounding. */
function encodeAny(
  code: FunctionBuilder,
  { left, isSigned, divisor }: Block,
  behind?: number,
): void {
  const [magnitudes, half, one] = [0x7fffffff, -0x7ffff, 1].map((each) => constant(code, each));
  const constants = {
    ...{ divisor, magnitudes: magnitudes!, half: half!, one: one! },
    levels: either(code, isSigned, ({ levels }) => levels),
    offset: either(code, isSigned, ({ offset }) => offset),
    sign: either(code, isSigned, ({ levels }) => 255 - levels),
    // In a block without signs nothing but 0 becomes 0, so the number itself is compared, not its quotient by the largest.
    least: either(code, isSigned, ({ levels, least }) => (levels === 255 ? 0 : least)),
    relatively: either(code, isSigned, ({ levels }) => (levels === 255 ? 0 : -1)),
  };
  eachCodes(code, left, (offset) => {
    const numbers = numbersAt(code, offset, constants);
    if (behind !== undefined) draw(code, offset + behind, numbers, constants);
    return withSigns(code, numbers, constants);
  });
}

/** Locals of vectors that are the same for all numbers of a block. */
type Constants = Readonly<
  Record<
    | "divisor"
    | "levels"
    | "offset"
    | "sign"
    | "least"
    | "relatively"
    | "magnitudes"
    | "half"
    | "one",
    number
  >
>;

/** Locals with four numbers, their magnitudes, and the codes of the magnitudes. */
interface Numbers {
  readonly number: number;
  readonly magnitude: number;
  readonly codes: number;
}

/** The nearest codes for four numbers. */
function numbersAt(code: FunctionBuilder, offset: number, constants: Constants): Numbers {
  const [number, magnitude, relative, codes] = Array.from({ length: 4 }, () => code.local("v128"));
  code.get(from).emit("v128.load", offset).tee(number!).get(constants.magnitudes).emit("v128.and");
  code.tee(magnitude!).get(constants.divisor).emit("f32x4.div").set(relative!);
  // Only subtractions: an addition would let V8 begin to join vectors.
  code.get(relative!).get(constants.half).get(relative!).emit("i32.const", mantissa);
  code.emit("i32x4.shr_u").get(constants.one).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
  code.emit("i32.const", mantissa).emit("i32x4.shr_u").get(constants.offset).emit("i32x4.sub");
  code.get(relative!).get(magnitude!).get(constants.relatively).emit("v128.bitselect");
  code
    .get(constants.least)
    .emit("i32x4.gt_s")
    .get(constants.one)
    .emit("v128.and")
    .emit("i32x4.max_s");
  code.get(constants.levels).emit("i32x4.min_s").set(codes!);
  return { number: number!, magnitude: magnitude!, codes: codes! };
}

/** Pushes the magnitudes that codes mean. */
function pushMagnitudes(
  code: FunctionBuilder,
  codes: number,
  { offset, divisor }: Constants,
): void {
  code.get(codes).get(offset).emit("i32x4.add").emit("i32.const", mantissa).emit("i32x4.shl");
  code.get(divisor).emit("f32x4.mul").get(codes).emit("v128.const", fourOf(0));
  code.emit("i32x4.gt_s").emit("v128.and");
}

/** Replaces codes by those on the number's other side, where the fractions say so. Without signs, no code becomes 0. */
function draw(
  code: FunctionBuilder,
  offset: number,
  { magnitude, codes }: Numbers,
  constants: Constants,
) {
  const [found, beyond, other] = [code.local("v128"), code.local("v128"), code.local("v128")];
  pushMagnitudes(code, codes, constants);
  code.set(found).get(magnitude).get(found).emit("f32x4.sub").set(beyond);
  code.get(codes).get(beyond).emit("v128.const", fourOf(0)).emit("f32x4.lt").get(constants.one);
  code.emit("v128.or").emit("i32x4.add").get(constants.relatively).get(constants.one);
  code.emit("i32x4.add").emit("i32x4.max_s").tee(other).get(codes);
  pushMagnitudes(code, other, constants);
  code.get(found).emit("f32x4.sub").emit("f32x4.abs").get(from).emit("v128.load", offset);
  code.emit("f32x4.mul").get(beyond).emit("f32x4.abs").emit("f32x4.lt").emit("v128.bitselect");
  code.set(codes);
}

/** A local with codes and the signs of their numbers. */
function withSigns(
  code: FunctionBuilder,
  { number, codes }: Numbers,
  constants: Constants,
): number {
  const result = code.local("v128");
  code
    .get(codes)
    .get(number)
    .emit("i32.const", 24)
    .emit("i32x4.shr_u")
    .get(constants.sign)
    .emit("v128.and");
  code.emit("v128.or").set(result);
  return result;
}
