/**
 * How a loop's shader reads and writes states where some are not kept in float32. An invocation that takes four elements
 * writes whole words, its own. One that takes one element shares its word with others: it flips the bits that change.
 */
import type { Loop } from "../../../rule/planning/program.ts";
import type { Storage, WgslEncoding } from "../../storages/storage.ts";
import type { Lanes } from "../operators.ts";
import type { BlockCode } from "./block8.ts";
import { type Code, codeOf, isBlockCode } from "./codes.ts";

/** Text for a loop's states: `base` is the word in which an array begins, `e` the element. */
export interface States {
  /** Of the binding's elements. */
  readonly type: string;
  readonly functions: string;
  load(slot: string, base: string, e: string): string;
  /** @param head of a slot that is kept in blocks, the word before the codes of the element's block */
  store(slot: string, base: string, e: string, value: string, head?: string): string;
  /** The word before the codes of a block of this slot, of `largest` and `signs`. */
  head(slot: string, largest: string, signs: string): string;
  /** Numbers of a block, of the slots that are kept in blocks and stored. */
  readonly blocks: ReadonlyMap<string, number>;
}

/** Reads and writes two words of the state side by side, or four, as the binding has them: by twos, or each by itself. */
const wholeWords = {
  2: `
fn words2(at: u32) -> vec2<u32> { return state[at / 2u]; }
fn words4(at: u32) -> vec4<u32> { return vec4<u32>(state[at / 2u], state[at / 2u + 1u]); }
fn put2(at: u32, words: vec2<u32>) { state[at / 2u] = words; }
fn put4(at: u32, words: vec4<u32>) { state[at / 2u] = words.xy; state[at / 2u + 1u] = words.zw; }
`,
  1: `
fn words2(at: u32) -> vec2<u32> { return vec2<u32>(state[at], state[at + 1u]); }
fn words4(at: u32) -> vec4<u32> { return vec4<u32>(words2(at), words2(at + 2u)); }
fn put2(at: u32, words: vec2<u32>) { state[at] = words.x; state[at + 1u] = words.y; }
fn put4(at: u32, words: vec4<u32>) { put2(at, words.xy); put2(at + 2u, words.zw); }
`,
} as const;

const plain = {
  4: `
fn loadPlain(base: u32, e: u32) -> vec4<f32> { return bitcast<vec4<f32>>(words4(base + e)); }
fn storePlain(base: u32, e: u32, x: vec4<f32>) { put4(base + e, bitcast<vec4<u32>>(x)); }
`,
  1: `
fn loadPlain(base: u32, e: u32) -> f32 { return bitcast<f32>(atomicLoad(&state[base + e])); }
fn storePlain(base: u32, e: u32, x: f32) { atomicStore(&state[base + e], bitcast<u32>(x)); }
fn bitsOf(at: u32, shift: u32, count: u32) -> u32 { return extractBits(atomicLoad(&state[at]), shift, count); }
fn putBits(at: u32, shift: u32, count: u32, bits: u32) {
  atomicXor(&state[at], (bits ^ bitsOf(at, shift, count)) << shift);
}
`,
} as const;

/** Four of something, by a vector's parts. */
const four = (of: (part: string) => string): string => ["x", "y", "z", "w"].map(of).join(", ");

/** Elements in 16 bits. @param k the names of its functions end with */
function halfFunctions({ encode, decode }: WgslEncoding, k: number, lanes: Lanes): string {
  const own = `
fn encode${k}(x: f32) -> u32 {${encode}
}
fn decode${k}(bits: u32) -> f32 {${decode}
}`;
  return lanes === 4
    ? `${own}
fn load${k}(base: u32, e: u32) -> vec4<f32> {
  let words = words2(base + e / 2u);
  return vec4<f32>(decode${k}(words.x & 0xffffu), decode${k}(words.x >> 16u), decode${k}(words.y & 0xffffu), decode${k}(words.y >> 16u));
}
fn store${k}(base: u32, e: u32, x: vec4<f32>) {
  let bits = vec4<u32>(${four((part) => `encode${k}(x.${part})`)});
  put2(base + e / 2u, bits.xz | (bits.yw << vec2<u32>(16u)));
}
`
    : `${own}
fn load${k}(base: u32, e: u32) -> f32 { return decode${k}(bitsOf(base + e / 2u, 16u * (e & 1u), 16u)); }
fn store${k}(base: u32, e: u32, x: f32) { putBits(base + e / 2u, 16u * (e & 1u), 16u, encode${k}(x)); }
`;
}

/** Elements in blocks: before the bytes of each is a word. */
function blockFunctions(code: BlockCode, k: number, lanes: Lanes): string {
  const { functions, head, encode, decode, length } = code;
  const words = length / 4 + 1;
  const own = `${functions}
fn head${k}(largest: u32, signs: u32) -> u32 {${head}
}
fn encode${k}(x: f32, head: u32) -> u32 {${encode}
}
fn decode${k}(bits: u32, head: u32) -> f32 {${decode}
}`;
  const at = `base + e / 4u + e / ${length}u + 1u`;
  const first = `base + e / ${length}u * ${words}u`;
  return lanes === 4
    ? `${own}
const places = vec4<u32>(0u, 8u, 16u, 24u);
fn load${k}(base: u32, e: u32) -> vec4<f32> {
  let codes = (vec4<u32>(state[${at}]) >> places) & vec4<u32>(0xffu);
  let head = state[${first}];
  return vec4<f32>(${four((part) => `decode${k}(codes.${part}, head)`)});
}
fn store${k}(base: u32, e: u32, x: vec4<f32>, head: u32) {
  let codes = vec4<u32>(${four((part) => `encode${k}(x.${part}, head)`)}) << places;
  state[${at}] = codes.x | codes.y | codes.z | codes.w;
  if (e % ${length}u == 0u) { state[${first}] = head; }
}
`
    : `${own}
fn load${k}(base: u32, e: u32) -> f32 {
  return decode${k}(bitsOf(${at}, 8u * (e & 3u), 8u), atomicLoad(&state[${first}]));
}
fn store${k}(base: u32, e: u32, x: f32, head: u32) {
  putBits(${at}, 8u * (e & 3u), 8u, encode${k}(x, head));
  if (e % ${length}u == 0u) { atomicStore(&state[${first}], head); }
}
`;
}

/** @returns undefined where all states of the loop are kept in float32 */
export function statesOf(
  { loads, stores }: Loop,
  storages: ReadonlyMap<string, Storage> | undefined,
  lanes: Lanes,
): States | undefined {
  const touched = new Set([...loads, ...stores].map(({ slot }) => slot));
  const kept = new Map([...(storages ?? [])].filter(([slot]) => touched.has(slot)));
  if (kept.size === 0) {
    return undefined;
  }
  const codes = [...new Set([...kept.values()].map((storage) => codeOf(storage)!))];
  const codeFor = (slot: string): Code | undefined => {
    const storage = kept.get(slot);
    return storage && codeOf(storage);
  };
  const nameOf = (slot: string): string => {
    const code = codeFor(slot);
    return code ? String(codes.indexOf(code)) : "Plain";
  };
  // Words of four elements, of the narrowest.
  const unit = codes.some(isBlockCode) ? 1 : 2;
  const types = { 4: unit === 2 ? "vec2<u32>" : "u32", 1: "atomic<u32>" };
  const functions = codes.map((code, k) =>
    isBlockCode(code) ? blockFunctions(code, k, lanes) : halfFunctions(code, k, lanes),
  );
  const blocks = stores.flatMap(({ slot }) => {
    const code = codeFor(slot);
    return code && isBlockCode(code) ? [[slot, code.length] as const] : [];
  });
  return {
    type: types[lanes],
    functions: [lanes === 4 ? wholeWords[unit] : "", plain[lanes], ...functions].join(""),
    load: (slot, base, e) => `load${nameOf(slot)}(${base}, ${e})`,
    store: (slot, base, e, value, head) =>
      `store${nameOf(slot)}(${[base, e, value, ...(head ? [head] : [])].join(", ")});`,
    head: (slot, largest, signs) => `head${nameOf(slot)}(${largest}, ${signs})`,
    blocks: new Map(blocks),
  };
}
