/** Blocks of 8 bits in WGSL: the same bytes as storages/block8Codes.ts. */
import {
  type Code,
  infinity,
  length,
  mantissa,
  notANumber,
  signedCode,
  unsignedCode,
} from "../../storages/block8Codes.ts";
import type { WgslEncoding } from "../../storages/storage.ts";

/** An encoding in blocks of bytes. Its `encode` and `decode` also get `head`, the word before a block's codes. */
export interface BlockCode extends WgslEncoding {
  /** The head of a block, computed from its largest magnitude, `largest`, and the bits of all its numbers combined, `signs`. */
  readonly head: string;
  /** The numbers in a block. */
  readonly length: number;
  /** The code for stochastic rounding by a fraction, `by`, given the names of the other functions. */
  readonly draw: (encode: string, decode: string) => string;
  /** Functions that the others call. */
  readonly functions: string;
}

const isSigned = "(head >> 31u) == 1u";
const either = (of: (code: Code) => number): string =>
  `select(${of(unsignedCode)}, ${of(signedCode)}, ${isSigned})`;

/** Splits a magnitude into its exponent and a mantissa of 24 bits, also for numbers below 2^-126. */
const functions = `
struct Scaled { exponent: i32, fraction: u32 }
fn scaled(magnitude: u32) -> Scaled {
  let shift = countLeadingZeros(magnitude) - 8u;
  if (magnitude < 0x800000u) { return Scaled(1 - i32(shift), magnitude << shift); }
  return Scaled(i32(magnitude >> 23u), (magnitude & 0x7fffffu) | 0x800000u);
}
`;

const head = `
  let word = largest | (signs & 0x80000000u);
  return select(word, ${notANumber[0]}u, largest > ${infinity}u);`;

/**
 * A WGSL division may be two units off. So quotients are computed in integers: five bits, the remainder, and whether float32
 * would round the remainder away, that is, whether the quotient is within half a unit of a number of five bits.
 */
const encode = `
  let word = bitcast<u32>(x);
  let magnitude = word & 0x7fffffffu;
  let largest = head & 0x7fffffffu;
  if (largest > ${infinity}u) { return ${notANumber[1]}u; }
  let sign = select(0u, (word >> 24u) & 0x80u, ${isSigned});
  if (magnitude == 0u) { return sign; }
  let levels = ${either(({ levels }) => levels)};
  if (largest == ${infinity}u) {
    return sign | u32(select(select(1, 0, ${isSigned}), levels, magnitude == largest));
  }
  let number = scaled(magnitude);
  let unit = scaled(largest);
  let isLess = u32(number.fraction < unit.fraction);
  let dividend = number.fraction << (4u + isLess);
  var quotient = dividend / unit.fraction;
  var rest = dividend - quotient * unit.fraction;
  let near = unit.fraction >> 20u;
  if (unit.fraction - rest <= near) {
    quotient += 1u;
    rest = 0u;
  } else if (rest <= near) {
    rest = 0u;
  }
  let exponent = 127 + number.exponent - unit.exponent - i32(isLess);
  let place = 16 * exponent + i32(quotient) - 16;
  let more = select(0, 1, rest > 0u);
  let rounded = (place >> 1u) + (place & (more | (place >> 1u)) & 1);
  let least = ${either(({ least, levels }) => (levels === 255 ? -1 : least >> (mantissa - 2)))};
  let some = select(0, 1, least < 0 || 2 * place + more > least);
  return sign | u32(clamp(rounded - ${either(({ offset }) => offset)}, some, levels));`;

const decode = `
  let levels = u32(${either(({ levels }) => levels)});
  let code = bits & levels;
  let relative = bitcast<f32>((code + u32(${either(({ offset }) => offset)})) << ${mantissa}u);
  let magnitude = select(relative * bitcast<f32>(head & 0x7fffffffu), 0f, code == 0u);
  return bitcast<f32>(bitcast<u32>(magnitude) | ((bits & ~levels) << 24u));`;

const draw = (encode: string, decode: string): string => `
  let bits = ${encode}(x, head);
  if ((head & 0x7fffffffu) >= ${infinity}u) { return bits; }
  let levels = u32(${either(({ levels }) => levels)});
  let code = i32(bits & levels);
  let found = abs(${decode}(bits, head));
  let beyond = abs(x) - found;
  let other = u32(max(code + select(1, -1, beyond < 0f), ${either(({ levels }) => Number(levels === 255))}));
  let gap = abs(abs(${decode}(other, head)) - found);
  return select(bits, (bits & ~levels) | other, abs(beyond) > gap * by);`;

export const block8: BlockCode = { functions, head, encode, decode, draw, length };
