/** Blocks of 8 bits in WebAssembly: the bits of block8Codes.ts. */
import { FunctionBuilder, type FunctionSource } from "../wasm/assembler/assembler.ts";
import {
  type Code,
  head,
  infinity,
  length,
  mantissa,
  notANumber,
  signedCode,
  unsignedCode,
} from "./block8Codes.ts";

/** The parameters of both functions. */
const from = 0;
const to = 1;
const count = 2;

const fourOf = (value: number): number[] => [
  ...new Uint8Array(new Uint32Array(4).fill(value).buffer),
];

/** Pushes a vector of one number, which is one in blocks with signs and another in those without. */
function pushEither(code: FunctionBuilder, isSigned: number, of: (code: Code) => number): void {
  code.emit("i32.const", of(signedCode)).emit("i32.const", of(unsignedCode));
  code.get(isSigned).emit("select").emit("i32x4.splat");
}

/** Local of such a vector. */
function either(code: FunctionBuilder, isSigned: number, of: (code: Code) => number): number {
  const local = code.local("v128");
  pushEither(code, isSigned, of);
  code.set(local);
  return local;
}

function constant(code: FunctionBuilder, value: number): number {
  const local = code.local("v128");
  code.emit("v128.const", fourOf(value)).set(local);
  return local;
}

/** Runs the body for each block: `left` has how many numbers it has. */
function eachBlock(code: FunctionBuilder, body: (left: number) => void): void {
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

/** Runs the body until `left` is no more than 0; it takes so many numbers at a time. */
function eachChunk(code: FunctionBuilder, left: number, atOnce: number, body: () => void): void {
  code.loop(() => {
    body();
    code.advance(left, -atOnce).get(left).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
  });
}

/** `decode(from, to, count)`: blocks to numbers; it may write up to 7 more. */
export function decoder(): FunctionSource {
  const code = new FunctionBuilder("decodeBlocks", ["i32", "i32", "i32"], [], false);
  const [word, largest] = [code.local("i32"), code.local("v128")];
  eachBlock(code, (left) => {
    code.get(from).emit("i32.load", 0).tee(word).emit("i32.const", 0x7fffffff).emit("i32.and");
    code.emit("i32x4.splat").set(largest).advance(from, head);
    code.get(word).emit("i32.const", 0).emit("i32.lt_s");
    const decode = (kind: Code) => () => decodeBlock(code, left, largest, kind);
    code.if(decode(signedCode), decode(unsignedCode));
  });
  return code.build();
}

function decodeBlock(code: FunctionBuilder, left: number, largest: number, kind: Code): void {
  const isSigned = kind === signedCode;
  const extended = isSigned ? "s" : "u";
  const all = [kind.levels, kind.offset, 0, 0x80000000].map((each) => constant(code, each));
  const [levels, offset, zero, sign] = all as [number, number, number, number];
  const [bytes, part, codes] = [code.local("v128"), code.local("v128"), code.local("v128")];
  eachChunk(code, left, 8, () => {
    code.get(from).emit(`v128.load8x8_${extended}`, 0).set(bytes);
    const numbers = (["low", "high"] as const).map((half) => {
      const result = code.local("v128");
      code.get(bytes).emit(`i32x4.extend_${half}_i16x8_${extended}`).set(part);
      code.get(part);
      if (isSigned) code.get(levels).emit("v128.and");
      code.tee(codes).get(offset).emit("i32x4.add").emit("i32.const", mantissa).emit("i32x4.shl");
      // Of 0 after the product: that with infinity would be no number.
      code.get(largest).emit("f32x4.mul").get(codes).get(zero).emit("i32x4.gt_s").emit("v128.and");
      if (isSigned) code.get(part).get(sign).emit("v128.and").emit("v128.or");
      code.set(result);
      return result;
    });
    code.get(to).get(numbers[1]!).emit("v128.store", 16).get(to).get(numbers[0]!);
    code.emit("v128.store", 0).advance(from, 8).advance(to, 32);
  });
}

/** Zeros behind a block's last number, as far as it is encoded: they count for nothing. */
function clearRest(code: FunctionBuilder, left: number): void {
  const at = code.local("i32");
  code.get(left).set(at);
  code.block(() => {
    code.loop(() => {
      code.get(at).emit("i32.const", 15).emit("i32.and").emit("i32.eqz").emit("br_if", 1);
      code.get(from).get(at).emit("i32.const", 4).emit("i32.mul").emit("i32.add");
      code.emit("f32.const", 0).emit("f32.store", 0).advance(at, 1).emit("br", 0);
    });
  });
}

/** Sets the bits of the largest magnitude, and whether there is a sign. */
function findLargest(
  code: FunctionBuilder,
  left: number,
  magnitudes: number,
  { largest, isSigned }: { readonly largest: number; readonly isSigned: number },
): void {
  const [at, rest] = [code.local("i32"), code.local("i32")];
  const vector = code.local("v128");
  // Of two that lie side by side: the largest without a sign, and as whole numbers without signs those that have one.
  const pairs = [0, 16].map(() => ({ most: code.local("v128"), all: code.local("v128") }));
  code.get(from).set(at).get(left).set(rest);
  for (const { most, all } of pairs) code.emit("v128.const", fourOf(0)).tee(most).set(all);
  eachChunk(code, rest, 16, () => {
    for (const offset of [0, 16, 32, 48]) {
      const { most, all } = pairs[(offset / 16) % 2]!;
      code.get(at).emit("v128.load", offset).tee(vector).get(most).emit("i32x4.max_s").set(most);
      code.get(vector).get(all).emit("i32x4.max_u").set(all);
    }
    code.advance(at, 64);
  });
  const [first, second] = pairs.map(({ most, all }) => {
    const result = code.local("v128");
    code.get(all).get(magnitudes).emit("v128.and").get(most).emit("i32x4.max_s").set(result);
    return result;
  }) as [number, number];
  const most = code.local("v128");
  // The larger one is half of sum and distance: V8 joins vectors that are added up.
  code.get(first).get(second).emit("i32x4.add");
  code.get(first).get(second).emit("i32x4.sub").emit("i32x4.abs").emit("i32x4.add");
  code.emit("i32.const", 1).emit("i32x4.shr_u").set(most);
  for (const by of [8, 4]) {
    const turned = Array.from({ length: 16 }, (_, i) => (i + by) % 16);
    code.get(most).get(most).get(most).emit("i8x16.shuffle", turned).emit("i32x4.max_s").set(most);
  }
  code.get(most).emit("i32x4.extract_lane", 0).set(largest);
  code.get(pairs[0]!.all).get(pairs[1]!.all).emit("v128.or");
  code.emit("v128.const", fourOf(0x80000000)).emit("v128.and").emit("v128.any_true").set(isSigned);
}

/**
 * `encode(from, to, count)`: numbers to blocks; it may write up to 15 bytes more, and zeros behind the numbers.
 * @param behind bytes from a number to the fraction by which it is drawn, if it is
 */
export function encoder(behind?: number): FunctionSource {
  const code = new FunctionBuilder("encodeBlocks", ["i32", "i32", "i32"], [], false);
  const [largest, isSigned] = [code.local("i32"), code.local("i32")];
  const [magnitudes, half, one] = [0x7fffffff, -0x7ffff, 1].map((each) => constant(code, each));
  eachBlock(code, (left) => {
    clearRest(code, left);
    findLargest(code, left, magnitudes!, { largest, isSigned });
    code.get(largest).emit("i32.const", infinity).emit("i32.gt_s");
    code.if(
      () => fillBlock(code, left),
      () =>
        encodeBlock(code, left, {
          behind,
          largest,
          isSigned,
          magnitudes: magnitudes!,
          half: half!,
          one: one!,
        }),
    );
  });
  return code.build();
}

/** A block with what is no number. */
function fillBlock(code: FunctionBuilder, left: number): void {
  const [word, byte] = notANumber;
  code
    .get(to)
    .emit("i32.const", word | 0)
    .emit("i32.store", 0)
    .advance(to, head);
  eachChunk(code, left, 16, () => {
    code.get(to).emit("v128.const", Array(16).fill(byte)).emit("v128.store", 0);
    code.advance(from, 64).advance(to, 16);
  });
}

interface Encoding {
  readonly behind: number | undefined;
  readonly largest: number;
  readonly isSigned: number;
  readonly magnitudes: number;
  readonly half: number;
  readonly one: number;
}

function encodeBlock(
  code: FunctionBuilder,
  left: number,
  { largest, isSigned, ...constants }: Encoding,
): void {
  code.get(to).get(largest).get(isSigned).emit("i32.const", 31).emit("i32.shl").emit("i32.or");
  code.emit("i32.store", 0).advance(to, head);
  const divisor = code.local("v128");
  code.emit("i32.const", 0x3f800000).get(largest).get(largest).emit("i32.eqz").emit("select");
  code.emit("i32x4.splat").set(divisor);
  const block = {
    ...{ ...constants, divisor },
    levels: either(code, isSigned, ({ levels }) => levels),
    offset: either(code, isSigned, ({ offset }) => offset),
    sign: either(code, isSigned, ({ levels }) => 255 - levels),
    // Of a block without signs all that is not 0 is some: its own magnitude is looked at, not what it is relative to the largest.
    least: either(code, isSigned, ({ levels, least }) => (levels === 255 ? 0 : least)),
    relatively: either(code, isSigned, ({ levels }) => (levels === 255 ? 0 : -1)),
  };
  const usual = () => {
    const nearest = (kind: Code) => () => encodeNearest(code, left, divisor, kind);
    code.get(isSigned).if(nearest(signedCode), nearest(unsignedCode));
  };
  const other = () => {
    eachChunk(code, left, 16, () => {
      const codes = [0, 16, 32, 48].map((offset) => {
        const numbers = numbersAt(code, offset, block);
        if (block.behind !== undefined) draw(code, offset + block.behind, numbers, block);
        return withSigns(code, numbers, block);
      });
      code.get(to).get(codes[0]!).get(codes[1]!).emit("i16x8.narrow_i32x4_u");
      code.get(codes[2]!).get(codes[3]!).emit("i16x8.narrow_i32x4_u");
      code.emit("i8x16.narrow_i16x8_u").emit("v128.store", 0).advance(from, 64).advance(to, 16);
    });
  };
  if (block.behind !== undefined) other();
  else code.get(largest).emit("i32.const", infinity).emit("i32.eq").if(other, usual);
}

/** What is nearest to the numbers of a block. */
function encodeNearest(code: FunctionBuilder, left: number, largest: number, kind: Code): void {
  const isSigned = kind === signedCode;
  const { offset, least } = kind;
  const all = [0x7fffffff, 1, (offset << mantissa) - 0x7ffff, least, 0x80].map((each) =>
    constant(code, each),
  );
  const [magnitudes, one, lessHalf, half, sign] = all as [number, number, number, number, number];
  const relative = code.local("v128");
  eachChunk(code, left, 16, () => {
    const codes = [0, 16, 32, 48].map((at) => {
      const [number, result] = [code.local("v128"), code.local("v128")];
      code.get(from).emit("v128.load", at).tee(number).get(largest).emit("f32x4.div");
      if (isSigned) code.get(magnitudes).emit("v128.and");
      code.set(relative);
      // Differences alone: V8 would begin to join vectors at a sum.
      code.get(relative).get(lessHalf).get(relative).emit("i32.const", mantissa);
      code.emit("i32x4.shr_u").get(one).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
      code.emit("i32.const", mantissa).emit("i32x4.shr_s");
      if (isSigned) {
        code.get(half).get(relative).emit("i32x4.sub").emit("i32.const", 31).emit("i32x4.shr_u");
        code.emit("i32x4.max_s");
        code.get(number).emit("i32.const", 24).emit("i32x4.shr_u").get(sign).emit("v128.and");
        code.emit("v128.or");
      } else {
        code.get(number).get(one).emit("i32x4.min_u").emit("i32x4.max_s");
      }
      code.set(result);
      return result;
    });
    code.get(to).get(codes[0]!).get(codes[1]!).emit("i16x8.narrow_i32x4_s");
    code.get(codes[2]!).get(codes[3]!).emit("i16x8.narrow_i32x4_s");
    code.emit("i8x16.narrow_i16x8_u").emit("v128.store", 0).advance(from, 64).advance(to, 16);
  });
}

type Block = Readonly<
  Record<"divisor" | "levels" | "offset" | "sign" | "least" | "relatively", number>
> &
  Pick<Encoding, "behind" | "magnitudes" | "half" | "one">;

/** Locals with four numbers, their magnitudes, and the codes of these. */
interface Numbers {
  readonly number: number;
  readonly magnitude: number;
  readonly codes: number;
}

/** The nearest codes of four numbers. */
function numbersAt(code: FunctionBuilder, offset: number, block: Block): Numbers {
  const [number, magnitude, relative, codes] = Array.from({ length: 4 }, () => code.local("v128"));
  code.get(from).emit("v128.load", offset).tee(number!).get(block.magnitudes).emit("v128.and");
  code.tee(magnitude!).get(block.divisor).emit("f32x4.div").set(relative!);
  // Differences alone: V8 would begin to join vectors at a sum.
  code.get(relative!).get(block.half).get(relative!).emit("i32.const", mantissa);
  code.emit("i32x4.shr_u").get(block.one).emit("v128.and").emit("i32x4.sub").emit("i32x4.sub");
  code.emit("i32.const", mantissa).emit("i32x4.shr_u").get(block.offset).emit("i32x4.sub");
  code.get(relative!).get(magnitude!).get(block.relatively).emit("v128.bitselect");
  code.get(block.least).emit("i32x4.gt_s").get(block.one).emit("v128.and").emit("i32x4.max_s");
  code.get(block.levels).emit("i32x4.min_s").set(codes!);
  return { number: number!, magnitude: magnitude!, codes: codes! };
}

/** Pushes the magnitudes that codes stand for. */
function pushMagnitudes(code: FunctionBuilder, codes: number, { offset, divisor }: Block): void {
  code.get(codes).get(offset).emit("i32x4.add").emit("i32.const", mantissa).emit("i32x4.shl");
  code.get(divisor).emit("f32x4.mul").get(codes).emit("v128.const", fourOf(0));
  code.emit("i32x4.gt_s").emit("v128.and");
}

/** Changes codes to those of the numbers on the other side, where the fractions say so; but for signs not to 0. */
function draw(code: FunctionBuilder, offset: number, { magnitude, codes }: Numbers, block: Block) {
  const [found, beyond, other] = [code.local("v128"), code.local("v128"), code.local("v128")];
  pushMagnitudes(code, codes, block);
  code.set(found).get(magnitude).get(found).emit("f32x4.sub").set(beyond);
  code.get(codes).get(beyond).emit("v128.const", fourOf(0)).emit("f32x4.lt").get(block.one);
  code.emit("v128.or").emit("i32x4.add").get(block.relatively).get(block.one);
  code.emit("i32x4.add").emit("i32x4.max_s").tee(other).get(codes);
  pushMagnitudes(code, other, block);
  code.get(found).emit("f32x4.sub").emit("f32x4.abs").get(from).emit("v128.load", offset);
  code.emit("f32x4.mul").get(beyond).emit("f32x4.abs").emit("f32x4.lt").emit("v128.bitselect");
  code.set(codes);
}

/** A local with codes and the signs of their numbers. */
function withSigns(code: FunctionBuilder, { number, codes }: Numbers, block: Block): number {
  const result = code.local("v128");
  code
    .get(codes)
    .get(number)
    .emit("i32.const", 24)
    .emit("i32x4.shr_u")
    .get(block.sign)
    .emit("v128.and");
  code.emit("v128.or").set(result);
  return result;
}
