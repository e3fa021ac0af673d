/** WGSL functions that rules need and WGSL does not have. */

import { type Distribution, parity, rotations } from "../../rule/graph/random.ts";
import type { Lanes } from "./operators.ts";

/**
 * x^y as in JavaScript, with the error of WGSL's exp2 and log2. WGSL's own `pow` is not defined for
 * negative x.
 */
const power = `
fn power1(x: f32, y: f32) -> f32 {
  let magnitude = exp2(y * log2(max(abs(x), 1.1754943508222875e-38f)));
  let unsigned = select(magnitude, select(0f, 1f / abs(x), y < 0f), x == 0f);
  let undefined = x < 0f && floor(y) != y;
  let odd = y - 2f * floor(y * 0.5f) == 1f;
  let signed = select(unsigned, -unsigned, x < 0f && odd);
  return select(select(signed, sqrt(x), undefined), 1f, y == 0f);
}
fn power4(x: vec4<f32>, y: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(power1(x.x, y.x), power1(x.y, y.y), power1(x.z, y.z), power1(x.w, y.w));
}
`;

/** WGSL compilers may assume that all numbers are finite, so the exponent's bits are tested. */
const finite = `
fn isOutOfRange1(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u; }
fn isOutOfRange4(x: vec4<f32>) -> bool {
  return any((bitcast<vec4<u32>>(x) & vec4<u32>(0x7f800000u)) == vec4<u32>(0x7f800000u));
}
`;

const rounds = Array.from({ length: 5 }, (_, group) =>
  [
    ...rotations[group % 2]!.map((by) => `  x += y; y = ((y << ${by}u) | (y >> ${32 - by}u)) ^ x;`),
    `  x += k[${(group + 1) % 3}]; y += k[${(group + 2) % 3}] + ${group + 1}u;`,
  ].join("\n"),
).join("\n");

/** The same bits as rule/random.ts. */
const random = `
fn threefry(key0: u32, key1: u32, counter0: u32, counter1: u32) -> vec2<u32> {
  var k = array<u32, 3>(key0, key1, key0 ^ key1 ^ ${parity}u);
  var x = counter0 + key0;
  var y = counter1 + key1;
${rounds}
  return vec2<u32>(x, y);
}
// In (0, 1): where float32 would round to 1, the largest number below it.
fn fraction(words: vec2<u32>) -> f32 {
  let high = f32(words.x >> 6u) * 1.4901161193847656e-8f;
  return min(high + (f32(words.y >> 6u) + 0.5f) * 2.220446049250313e-16f, 0.99999994f);
}
`;

/** `fraction` of rule/random.ts. */
const ofRounding = `
fn fractionOf(key0: u32, key1: u32, index: u32, site: u32) -> f32 {
  let words = threefry(key0, key1, ((index >> 4u) << 2u) | (index & 3u), site);
  let word = words[(index >> 3u) & 1u];
  let own = select(word, (word << 16u) | (word >> 16u), (index & 4u) != 0u);
  return f32(own >> 9u) * 1.1920928955078125e-7f;
}
`;

/** The quantile function of Wichura's AS 241. The upper half uses symmetry, because float32 is more exact for small numbers. */
const normal = (quantile: string) => `
${quantile}
fn normalOf(words: vec2<u32>) -> f32 {
  let upper = (words.x >> 31u) == 1u;
  let lower = normalQuantile(fraction(select(words, ~words, upper)));
  return select(lower, -lower, upper);
}
`;

export interface Needs {
  readonly power: boolean;
  readonly guard: boolean;
  readonly random: boolean;
  /** Whether stores use stochastic rounding. */
  readonly rounding: boolean;
  /** The quantile function's text, if there are normal random numbers. */
  readonly quantile: string | undefined;
}

export function prelude(needs: Needs): string {
  return [
    needs.power ? power : "",
    needs.guard ? finite : "",
    needs.random ? random : "",
    needs.rounding ? ofRounding : "",
    needs.quantile === undefined ? "" : normal(needs.quantile),
  ].join("");
}

/** A random number for each element of a vector; `first` is the number of the first element in the tensor. */
export function draw(
  distribution: Distribution,
  site: number,
  first: string,
  lanes: Lanes,
): string {
  const one = (lane: number) => {
    const given = `(key0, key1, ${first} + ${lane}u, ${site >>> 0}u)`;
    return {
      uniform: `fraction(threefry${given})`,
      normal: `normalOf(threefry${given})`,
      fraction: `fractionOf${given}`,
    }[distribution];
  };
  return lanes === 1 ? one(0) : `vec4<f32>(${[0, 1, 2, 3].map(one).join(", ")})`;
}
