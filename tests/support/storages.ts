/** The storages on which suites run; add new ones here. */
import {
  bfloat16,
  block8,
  defineOptimizer,
  defineStorage,
  type Encoding,
  float16,
  optimize,
  parameters,
  type Storage,
  type StoredElements,
  type webassembly,
} from "../../src/index.ts";

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);
/** Exponents differ by the first constant; bits below the second one represent a number. */
const [rebias, none] = [112 << 23, 0x7fff];

/**
 * A user's storage: 5 bits of exponent and 10 of fraction, truncated instead of rounded. It has no subnormal numbers and no
 * infinities:
 * larger values become the largest number. The bits after it represent NaN.
 */
const cutOff: Encoding = {
  encode(value) {
    float[0] = value;
    const [sign, magnitude] = [(word[0]! >>> 16) & 0x8000, word[0]! & 0x7fffffff];
    const bits = Math.min(Math.max(magnitude - rebias, 0) >>> 13, none - 1);
    return Number.isNaN(value) ? none : sign | bits;
  },
  decode(bits) {
    const magnitude = bits & 0x7fff;
    const finite = magnitude === 0 ? 0 : (magnitude << 13) + rebias;
    word[0] = (magnitude === none ? 0x7fc00000 : finite) | ((bits & 0x8000) << 16);
    return float[0]!;
  },
  constants: [0x7fffffff, rebias, none - 1, 0x8000, none, 1, 0x7fc00000],
  emitEncode(code, vector, [magnitudes, bias, largest, sign, missing]) {
    const [magnitude, bits] = [code.local("v128"), code.local("v128")];
    code.get(vector).get(magnitudes!).emit("v128.and").set(magnitude);
    code.get(magnitude).get(bias!).emit("i32x4.sub");
    code.get(magnitude).get(bias!).emit("i32x4.lt_u").emit("v128.andnot");
    code.emit("i32.const", 13).emit("i32x4.shr_u").set(bits);
    code.get(missing!);
    code.get(bits).get(largest!).get(bits).get(largest!).emit("i32x4.lt_u").emit("v128.bitselect");
    code.get(vector).emit("i32.const", 16).emit("i32x4.shr_u").get(sign!).emit("v128.and");
    code.emit("v128.or").get(vector).get(vector).emit("f32x4.ne").emit("v128.bitselect");
  },
  emitDecode(code, vector, [, bias, largest, sign, missing, one, notANumber]) {
    const magnitude = code.local("v128");
    code.get(vector).get(missing!).emit("v128.and").set(magnitude).get(notANumber!);
    code.get(magnitude).emit("i32.const", 13).emit("i32x4.shl").get(bias!).emit("i32x4.add");
    code.get(magnitude).get(one!).emit("i32x4.lt_u").emit("v128.andnot");
    code.get(largest!).get(magnitude).emit("i32x4.lt_u").emit("v128.bitselect");
    code.get(vector).get(sign!).emit("v128.and").emit("i32.const", 16).emit("i32x4.shl");
    code.emit("v128.or");
  },
  wgsl: {
    encode: `
      let word = bitcast<u32>(x);
      let magnitude = word & 0x7fffffffu;
      let number = min((magnitude - min(magnitude, ${rebias}u)) >> 13u, ${none - 1}u);
      return select(number | ((word >> 16u) & 0x8000u), ${none}u, magnitude > 0x7f800000u);`,
    decode: `
      let magnitude = bits & ${none}u;
      let finite = select((magnitude << 13u) + ${rebias}u, 0u, magnitude == 0u);
      let word = select(finite, 0x7fc00000u, magnitude == ${none}u);
      return bitcast<f32>(word | ((bits & 0x8000u) << 16u));`,
  },
};

/** Defined outside of the library. */
export const ownStorage: Storage = defineStorage({
  ...{ name: "cutOff16", bytes: 2, Elements: Uint16Array },
  encoding: cutOff,
});

/** The storages that parameters can have. */
export const in16Bits: readonly Storage[] = [bfloat16, float16, ownStorage];

export const storages: readonly Storage[] = [...in16Bits, { ...block8, least: 0 }];

/** Whether a state's array has another storage than float32 or float64. */
export const isNarrow = (array: StoredElements): boolean =>
  array instanceof Uint16Array || array instanceof Uint8Array;

/** The bytes of each block of an array, and its numbers: the count follows from the number of bytes. */
function* blocksOf({ blocks }: Storage, bytes: Uint8Array, numbers: Float32Array) {
  const { length, head } = blocks!;
  for (let from = 0; from * length < numbers.length; from++) {
    const end = Math.min((from + 1) * length, numbers.length);
    yield {
      bytes: bytes.subarray(from * (length + head), end + (from + 1) * head),
      numbers: numbers.subarray(from * length, end),
    };
  }
}

/** The numbers that an array represents. */
export function decoded(storage: Storage, bits: StoredElements): Float32Array {
  const { encoding, blocks } = storage;
  if (blocks === undefined) {
    return Float32Array.from(bits, (each) => encoding!.decode(each));
  }
  const { length, head } = blocks;
  const numbers = new Float32Array(bits.length - head * Math.ceil(bits.length / (length + head)));
  for (const each of blocksOf(storage, bits as Uint8Array, numbers)) {
    blocks.decode(each.bytes, each.numbers);
  }
  return numbers;
}

/** The bits that represent numbers. */
export function encoded(storage: Storage, numbers: ArrayLike<number>): StoredElements {
  const { encoding, blocks } = storage;
  if (blocks === undefined) {
    return Uint16Array.from(numbers, (each) => encoding!.encode(each));
  }
  const bytes = new Uint8Array(
    numbers.length + blocks.head * Math.ceil(numbers.length / blocks.length),
  );
  for (const each of blocksOf(storage, bytes, Float32Array.from(numbers))) {
    blocks.encode(each.numbers, each.bytes);
  }
  return bytes;
}

const wordsOf = (numbers: Float32Array): Uint32Array =>
  new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);

/** The bits, with all NaNs made equal: a processor, and JavaScript, may change the payload. */
export const withoutPayloads = (numbers: Float32Array): Uint32Array =>
  wordsOf(numbers).map((word) => ((word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word));

/** All numbers around those that 16 bits represent, around halves between two of them, and some NaNs with payloads. */
export function neighbourhoods(storage: Storage): Float32Array {
  const { decode } = storage.encoding!;
  const words = new Set<number>([
    0x7f800001, 0x7fbfffff, 0x7fc00001, 0x7fffffff, 0xff800001, 0xffffffff,
  ]);
  const one = new Float32Array(1);
  const word = wordsOf(one);
  for (let bits = 0; bits < 65_536; bits += 1) {
    one[0] = decode(bits);
    const at = word[0]!;
    one[0] = decode(bits ^ 1);
    const half = Math.floor((at + word[0]!) / 2);
    for (const place of [at, half]) {
      for (let by = -1; by <= 1; by++) words.add((place + by) >>> 0);
    }
  }
  return new Float32Array(Uint32Array.from(words).buffer);
}

/** Stores each gradient, and returns the one that it stored at the previous step. */
export const echo = defineOptimizer({
  name: "echo",
  hyper: {},
  state: { m: 0 },
  rule: `
    p = m
    m = g`,
});

/** What a backend stores for numbers, and what it loads from that. */
export function echoed(storage: Storage, backend: typeof webassembly, numbers: Float32Array) {
  const net = parameters({ w: [numbers.length] });
  using optimizer = optimize(net, echo(), {
    ...{ backend, nonFinite: "allow", threads: 1, storage: { state: storage } },
  });
  optimizer.gradients.w.set(numbers);
  optimizer.step();
  const stored = optimizer.state().parameters["w"]!["echo.m"]!;
  optimizer.step();
  return { stored, loaded: net.w.data.slice() };
}
