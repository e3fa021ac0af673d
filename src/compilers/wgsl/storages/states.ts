/**
 * Reads and writes the arrays of a buffer that has arrays which are not in float32. An invocation for four elements writes
 * whole words of its own. An invocation for one element shares its word with others, so it flips only the bits that change.
 */
import { isDrawn, type Storage } from "../../storages/storage.ts";
import type { ElementStorage, Storages } from "../layout.ts";
import type { Lanes } from "../operators.ts";
import type { BlockCode } from "./block8.ts";
import { type Code, codeOf, isBlockCode } from "./codes.ts";

/** The buffers of arrays. */
export type BufferName = "parameter" | "gradient" | "state";

/** The inputs of a store besides the number. */
export interface StoreInputs {
  /** For a slot in blocks, the word before the codes of the element's block. */
  readonly head?: string;
  /** The fraction for stochastic rounding, if it is used. */
  readonly fraction?: string | undefined;
}

/** Text that reads and writes a buffer's arrays: `base` is the word in which an array begins, `e` the element. */
export interface KeptArrays {
  /** The type of the binding's elements. */
  readonly type: string;
  readonly functions: string;
  load(slot: string, base: string, e: string): string;
  store(slot: string, base: string, e: string, value: string, inputs?: StoreInputs): string;
  /** The word before the codes of a block of this slot, computed from `largest` and `signs`. */
  head(slot: string, largest: string, signs: string): string;
  /** The numbers in a block, for the slots that are stored in blocks. */
  readonly blocks: ReadonlyMap<string, number>;
}

/** The arrays of each buffer; undefined if all are in float32, or in the device's own float16. */
export type KeptBuffers = Readonly<Record<BufferName, KeptArrays | undefined>>;

/** Reads and writes two or four adjacent words, for a binding of vectors of two words, or of single words. */
const wholeWords = {
  2: (buffer: BufferName) => `
fn words2_${buffer}(at: u32) -> vec2<u32> { return ${buffer}[at / 2u]; }
fn words4_${buffer}(at: u32) -> vec4<u32> { return vec4<u32>(${buffer}[at / 2u], ${buffer}[at / 2u + 1u]); }
fn put2_${buffer}(at: u32, words: vec2<u32>) { ${buffer}[at / 2u] = words; }
fn put4_${buffer}(at: u32, words: vec4<u32>) { ${buffer}[at / 2u] = words.xy; ${buffer}[at / 2u + 1u] = words.zw; }
`,
  1: (buffer: BufferName) => `
fn words2_${buffer}(at: u32) -> vec2<u32> { return vec2<u32>(${buffer}[at], ${buffer}[at + 1u]); }
fn words4_${buffer}(at: u32) -> vec4<u32> { return vec4<u32>(words2_${buffer}(at), words2_${buffer}(at + 2u)); }
fn put2_${buffer}(at: u32, words: vec2<u32>) { ${buffer}[at] = words.x; ${buffer}[at + 1u] = words.y; }
fn put4_${buffer}(at: u32, words: vec4<u32>) { put2_${buffer}(at, words.xy); put2_${buffer}(at + 2u, words.zw); }
`,
} as const;

const plain = {
  4: (buffer: BufferName) => `
fn load_${buffer}(base: u32, e: u32) -> vec4<f32> { return bitcast<vec4<f32>>(words4_${buffer}(base + e)); }
fn store_${buffer}(base: u32, e: u32, x: vec4<f32>) { put4_${buffer}(base + e, bitcast<vec4<u32>>(x)); }
`,
  1: (buffer: BufferName) => `
fn load_${buffer}(base: u32, e: u32) -> f32 { return bitcast<f32>(atomicLoad(&${buffer}[base + e])); }
fn store_${buffer}(base: u32, e: u32, x: f32) { atomicStore(&${buffer}[base + e], bitcast<u32>(x)); }
fn bits_${buffer}(at: u32, shift: u32, count: u32) -> u32 { return extractBits(atomicLoad(&${buffer}[at]), shift, count); }
fn putBits_${buffer}(at: u32, shift: u32, count: u32, bits: u32) {
  atomicXor(&${buffer}[at], (bits ^ bits_${buffer}(at, shift, count)) << shift);
}
`,
} as const;

/** Repeats a text for the four components of a vector. */
const four = (of: (part: string) => string): string => ["x", "y", "z", "w"].map(of).join(", ");

/** For the functions of a buffer: the suffix of their names, how many elements they take, and whether some round stochastically. */
interface Naming {
  readonly buffer: BufferName;
  readonly k: string;
  readonly lanes: Lanes;
  readonly drawn: boolean;
}

/** The functions that store: their names, additional parameters, and the text that encodes a component of `x`. */
function stores({ k, lanes, drawn }: Naming, head: string) {
  const given = (part: string) => [`x${part}`, ...(head ? ["head"] : [])].join(", ");
  const type = lanes === 4 ? "vec4<f32>" : "f32";
  const nearest = {
    name: `store${k}`,
    parameters: `x: ${type}${head}`,
    encoded: (part: string) => `encode${k}(${given(part)})`,
  };
  const byDrawing = {
    name: `storeDrawn${k}`,
    parameters: `x: ${type}${head}, by: ${type}`,
    encoded: (part: string) => `draw${k}(${given(part)}, by${part})`,
  };
  return [nearest, ...(drawn ? [byDrawing] : [])];
}

/**
 * Stochastic rounding as `encodeDrawn` of storages/drawn.ts. Small numbers are multiplied by 2^32, because a device may flush
 * subnormal differences to 0. Infinity and NaN are recognized by their bits.
 */
const drawHalf = (k: string): string => `
fn draw${k}(x: f32, by: f32) -> u32 {
  let bits = encode${k}(x);
  let up = select(1f, 4294967296f, (bitcast<u32>(x) & 0x7fffffffu) < 0x1f800000u);
  let number = abs(x) * up;
  let found = abs(decode${k}(bits)) * up;
  let beyond = number - found;
  let other = (bits + select(1u, 0xffffffffu, beyond < 0f)) & 0xffffu;
  let next = abs(decode${k}(other)) * up;
  let most = max(max(bitcast<u32>(number), bitcast<u32>(found)), bitcast<u32>(next));
  return select(bits, other, most < 0x7f800000u && abs(beyond) > abs(next - found) * by);
}`;

/** Functions for elements in 16 bits. */
function halfFunctions(code: Exclude<Code, BlockCode>, naming: Naming): string {
  const { buffer, k, lanes, drawn } = naming;
  const { functions = "", encode, decode } = code;
  const own = `${functions}
fn encode${k}(x: f32) -> u32 {${encode}
}
fn decode${k}(bits: u32) -> f32 {${decode}
}${drawn ? drawHalf(k) : ""}`;
  if (lanes === 1) {
    const place = "base + e / 2u, 16u * (e & 1u), 16u";
    const each = stores(naming, "").map(
      ({ name, parameters, encoded }) => `
fn ${name}(base: u32, e: u32, ${parameters}) { putBits_${buffer}(${place}, ${encoded("")}); }`,
    );
    return `${own}
fn load${k}(base: u32, e: u32) -> f32 { return decode${k}(bits_${buffer}(${place})); }${each.join("")}
`;
  }
  const each = stores(naming, "").map(
    ({ name, parameters, encoded }) => `
fn ${name}(base: u32, e: u32, ${parameters}) {
  let bits = vec4<u32>(${four((part) => encoded(`.${part}`))});
  put2_${buffer}(base + e / 2u, bits.xz | (bits.yw << vec2<u32>(16u)));
}`,
  );
  return `${own}
fn load${k}(base: u32, e: u32) -> vec4<f32> {
  let words = words2_${buffer}(base + e / 2u);
  return vec4<f32>(decode${k}(words.x & 0xffffu), decode${k}(words.x >> 16u), decode${k}(words.y & 0xffffu), decode${k}(words.y >> 16u));
}${each.join("")}
`;
}

/** Functions for elements in blocks. There is a word before the bytes of each block. */
function blockFunctions(code: BlockCode, naming: Naming): string {
  const { buffer, k, lanes, drawn } = naming;
  const { functions, head, encode, decode, draw, length } = code;
  const words = length / 4 + 1;
  const drawing = `
fn draw${k}(x: f32, head: u32, by: f32) -> u32 {${draw(`encode${k}`, `decode${k}`)}
}`;
  const own = `${functions}
fn head${k}(largest: u32, signs: u32) -> u32 {${head}
}
fn encode${k}(x: f32, head: u32) -> u32 {${encode}
}
fn decode${k}(bits: u32, head: u32) -> f32 {${decode}
}${drawn ? drawing : ""}`;
  const at = `base + e / 4u + e / ${length}u + 1u`;
  const first = `base + e / ${length}u * ${words}u`;
  const all = stores(naming, ", head: u32");
  if (lanes === 1) {
    const each = all.map(
      ({ name, parameters, encoded }) => `
fn ${name}(base: u32, e: u32, ${parameters}) {
  putBits_${buffer}(${at}, 8u * (e & 3u), 8u, ${encoded("")});
  if (e % ${length}u == 0u) { atomicStore(&${buffer}[${first}], head); }
}`,
    );
    return `${own}
fn load${k}(base: u32, e: u32) -> f32 {
  return decode${k}(bits_${buffer}(${at}, 8u * (e & 3u), 8u), atomicLoad(&${buffer}[${first}]));
}${each.join("")}
`;
  }
  const each = all.map(
    ({ name, parameters, encoded }) => `
fn ${name}(base: u32, e: u32, ${parameters}) {
  let codes = vec4<u32>(${four((part) => encoded(`.${part}`))}) << places;
  ${buffer}[${at}] = codes.x | codes.y | codes.z | codes.w;
  if (e % ${length}u == 0u) { ${buffer}[${first}] = head; }
}`,
  );
  return `${own}
const places = vec4<u32>(0u, 8u, 16u, 24u);
fn load${k}(base: u32, e: u32) -> vec4<f32> {
  let codes = (vec4<u32>(${buffer}[${at}]) >> places) & vec4<u32>(0xffu);
  let head = ${buffer}[${first}];
  return vec4<f32>(${four((part) => `decode${k}(codes.${part}, head)`)});
}${each.join("")}
`;
}

/**
 * @param slots the buffer's slots that the shader uses
 * @param storages the storages of slots that are not in float32
 * @returns undefined if all slots are in float32
 */
function keptArraysOf(
  buffer: BufferName,
  slots: readonly string[],
  storages: ReadonlyMap<string, Storage>,
  lanes: Lanes,
): KeptArrays | undefined {
  const kept = slots.flatMap((slot) => {
    const storage = storages.get(slot);
    return storage ? [{ slot, code: codeOf(storage)!, drawn: isDrawn(storage) }] : [];
  });
  if (kept.length === 0) {
    return undefined;
  }
  const codes = [...new Set(kept.map(({ code }) => code))];
  const codeFor = (slot: string): Code | undefined => kept.find((each) => each.slot === slot)?.code;
  const nameOf = (slot: string): string => {
    const code = codeFor(slot);
    return `${code ? codes.indexOf(code) : ""}_${buffer}`;
  };
  // The words for four elements of the narrowest storage.
  const unit = codes.some(isBlockCode) ? 1 : 2;
  const types = { 4: unit === 2 ? "vec2<u32>" : "u32", 1: "atomic<u32>" };
  const functions = codes.map((code, index) => {
    const drawn = kept.some((each) => each.code === code && each.drawn);
    const naming = { buffer, k: `${index}_${buffer}`, lanes, drawn };
    return isBlockCode(code) ? blockFunctions(code, naming) : halfFunctions(code, naming);
  });
  const blocks = kept.flatMap(({ slot, code }) =>
    isBlockCode(code) ? [[slot, code.length] as const] : [],
  );
  return {
    type: types[lanes],
    functions: [
      lanes === 4 ? wholeWords[unit](buffer) : "",
      plain[lanes](buffer),
      ...functions,
    ].join(""),
    load: (slot, base, e) => `load${nameOf(slot)}(${base}, ${e})`,
    store: (slot, base, e, value, { head, fraction } = {}) => {
      const given = [base, e, value, head, fraction].filter((each) => each !== undefined);
      return `store${fraction ? "Drawn" : ""}${nameOf(slot)}(${given.join(", ")});`;
    },
    head: (slot, largest, signs) => `head${nameOf(slot)}(${largest}, ${signs})`,
    blocks: new Map(blocks),
  };
}

/** Text that reads and writes the arrays of slots that are not in float32. */
export function keptIn(
  slots: readonly string[],
  { parameter, gradient, states = new Map() }: Storages,
  lanes: Lanes,
): KeptBuffers {
  const one = (slot: string, storage: ElementStorage) =>
    new Map<string, Storage>(typeof storage === "string" ? [] : [[slot, storage]]);
  return {
    parameter: keptArraysOf("parameter", slots, one("p", parameter), lanes),
    gradient: keptArraysOf("gradient", slots, one("g", gradient), lanes),
    state: keptArraysOf("state", slots, states, lanes),
  };
}
