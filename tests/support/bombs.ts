/**
 * Input that is valid except for one thing: a size, a depth, a repetition, an endless list. An attacker could try it to make a
 * reader use
 * more time or memory than its file has bytes.
 */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeIdx } from "../../cli/src/tasks/idx.ts";
import {
  append,
  appends,
  fileOfPickle,
  ints,
  list,
  mark,
  name,
  number,
  type Piece,
  persistent,
  pop,
  recall,
  reduce,
  remember,
  repeated,
  short,
  storage,
  tensorOfPieces,
  tuple,
  whole,
} from "./pickles.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** How often something is repeated: usually a few times, sometimes often enough to matter. */
const times = fc.oneof(
  { weight: 300, arbitrary: fc.nat(20) },
  { weight: 30, arbitrary: fc.nat(2000) },
  { weight: 1, arbitrary: fc.nat(100_000) },
);

/** Sizes that a file may declare. */
const claims = fc.constantFrom<(number | bigint)[]>(
  ...[0, 1, 2, 3, 6, 1000, 2 ** 31 - 1, -1],
  ...[2n ** 31n, 2n ** 40n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n],
);

/** Numbers as a tuple, as a list, as a list that grows after the tensor was made, and as a Size. */
const sequence = fc.record({
  values: fc.oneof(
    fc.array(claims, { maxLength: 4 }),
    fc.constantFrom<(number | bigint)[][]>([2, 3], [3, 1]),
  ),
  kind: fc.constantFrom("tuple", "list", "size"),
  more: fc.array(claims, { maxLength: 2 }),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer T> ? T : never;

function pieces({ values, kind, more }: Sequence, key: number): { now: Piece; later: Piece } {
  const numbers = values.flatMap(number);
  const asList = [list, ...remember(key), mark, ...numbers, appends];
  const later = more.flatMap((each) => [...recall(key), ...number(each), append, pop]);
  const size = [...name("torch", "Size"), ...asList, 0x85, reduce];
  return kind === "tuple"
    ? { now: [...ints(values), ...remember(key)], later: [] }
    : { now: kind === "list" ? asList : size, later };
}

/** A tensor of 2 by 3 that may declare anything. */
const tensors = fc
  .record({
    shape: sequence,
    strides: sequence,
    start: claims,
    length: fc.oneof(fc.constant(6), claims),
    type: fc.constantFrom("FloatStorage", "DoubleStorage", "HalfStorage", "ByteStorage"),
    isShared: fc.boolean(),
  })
  .map(({ shape, strides, start, length, type, isShared }) => {
    const [first, second] = [pieces(shape, 0), pieces(strides, 1)];
    const from = storage(type, "0", number(length));
    const tensor = tensorOfPieces(
      from,
      number(start),
      first.now,
      isShared ? recall(0) : second.now,
    );
    const later = [...first.later, ...(isShared ? [] : second.later)];
    return Uint8Array.from([...[0x80, 2, 0x7d, ...short("w"), ...tensor, 0x73, ...later, 0x2e]]);
  });

/** The memo of the pickles below: a name, elements, sizes, arguments and a long list. */
const remembered: Piece = [
  name("torch._utils", "_rebuild_tensor_v2"),
  storage("ByteStorage", "0", whole(24)),
  ints([4, 2]),
  ints([2, 1]),
  ints([1, 4]),
  [
    mark,
    ...short("storage"),
    ...name("torch", "ByteStorage"),
    ...short("0"),
    0x4e,
    ...whole(24),
    tuple,
  ],
  name("collections", "OrderedDict"),
  [list, mark, ...Array(300).fill([0x4b, 1]).flat(), appends],
  name("torch", "Size"),
].flatMap((each, key) => [...each, ...remember(key), pop]);

const shared = (strides: number) => [
  ...[...recall(0), mark, ...recall(1), 0x4b, 0, ...recall(2), ...recall(strides)],
  ...[tuple, reduce],
];

/** Pieces that may be repeated. */
export const repeatable: readonly Piece[] = [
  ...[[0x7d], [list], [0x29], [0x4e], [mark, 0x31], [0x4e, 0x85], [0x4e, 0x94], [0x4e, pop]],
  ...[short(""), short("a"), [0x4b, 1], [0x8a, 0], [0x8a, 1, 7], [0x47, 1, 2, 3, 4, 5, 6, 7, 8]],
  ...[recall(7), [...recall(6), 0x29, reduce], [...recall(8), ...recall(7), 0x85, reduce]],
  ...[[...recall(5), persistent, pop], shared(3), shared(4), [list, 0x4e, append]],
  ...[
    [0x7d, 0x4b, 1, 0x4e, 0x73],
    [list, ...recall(7), append],
    [...short("torch"), pop],
  ],
];

/** A list with so many copies of a piece. */
export const pickleOf = (piece: Piece, count: number): Uint8Array =>
  repeated([0x80, 2, ...remembered, list, mark], piece, count, [appends, 0x2e]);

/** So many nested lists. */
export const nestedPickle = (count: number): Uint8Array =>
  repeated([0x80, 2], [list], count + 1, [...Array(count).fill(append), 0x2e]);

/** Each list contains the previous one twice. */
const doublings = fc
  .nat(60)
  .map((count) =>
    Uint8Array.from([
      ...[0x80, 2, list, ...remember(0)],
      ...Array.from({ length: count }, (_, key) => [
        ...[list, ...remember(key + 1), ...recall(key), append, ...recall(key), append],
      ]).flat(),
      ...Array(count).fill(append),
      0x2e,
    ]),
  );

export const torchBombs: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    { weight: 4, arbitrary: tensors },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...repeatable), times)
        .map(([piece, count]) => pickleOf(piece, count)),
    },
    { weight: 1, arbitrary: fc.oneof(fc.nat(300).map(nestedPickle), doublings) },
  )
  .map((pickle) => fileOfPickle(pickle, new Uint8Array(24)));

const joined = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index)).join(",");

/** JSON with many or deeply nested values. */
export const jsonBomb: Readonly<Record<string, (count: number) => string>> = {
  deep: (count) => "[".repeat(count) + "]".repeat(count),
  "deep objects": (count) => `${'{"a":'.repeat(count)}1${"}".repeat(count)}`,
  lists: (count) => `[${joined(count, () => "[]")}]`,
  objects: (count) => `[${joined(count, () => "{}")}]`,
  "objects of their own names": (count) => `[${joined(count, (i) => `{"a${i}":1}`)}]`,
  names: (count) => `{${joined(count, (i) => `"a${i}":1`)}}`,
  texts: (count) => `[${joined(count, (i) => `"${i}"`)}]`,
  numbers: (count) => `[${joined(count, () => "1")}]`,
  fractions: (count) => `[${joined(count, () => ".5e-3".padStart(6, "0"))}]`,
  "odd numbers": (count) => `[${joined(count, () => '{"$number":"NaN"}')}]`,
  escapes: (count) => `"${"\\u0061\\n".repeat(count)}"`,
  references: (count) => `{${joined(count, (i) => `"a${i}":"optimizer/adam.m/w"`)}}`,
};

const bombs = fc
  .tuple(fc.constantFrom(...Object.values(jsonBomb)), times)
  .map(([make, count]) => make(count));

const place = "@";

/** A manifest with something large in it. @param manifest a valid one */
export const manifestBombs = (manifest: string): fc.Arbitrary<string> => {
  const paths = [["metadata", "a"], ["metadata"], ["parameters"], ["state"], ["form"]].concat(
    ["groups", "shapes", "schedules", "parameters", "nested", "begun", "counters"].map((each) => [
      "state",
      each,
    ]),
    [["state", "parameters", "w"]],
    [["state", "shapes", "w"]],
  );
  const texts = paths.map((path) => {
    const all = JSON.parse(manifest);
    const last = path.slice(0, -1).reduce((value, key) => value[key], all);
    last[path.at(-1)!] = place;
    return JSON.stringify(all);
  });
  return fc
    .tuple(fc.constantFrom(...texts), bombs)
    .map(([text, bomb]) => text.replace(`"${place}"`, () => bomb));
};

const tensorText = (shape: string, offsets: string) =>
  `{"dtype":"U8","shape":${shape},"data_offsets":${offsets}}`;

/** Headers with many or large names, sizes and lists. */
export const headerBomb: Readonly<Record<string, (count: number) => string>> = {
  metadata: (count) => `{"__metadata__":{${joined(count, (i) => `"${i}":""`)}}}`,
  "one text": (count) => `{"__metadata__":{"a":"${"\\u00e9\\ud83d\\ude00".repeat(count)}"}}`,
  tensors: (count) => `{${joined(count, (i) => `"${i}":${tensorText("[0]", "[0,0]")}`)}}`,
  "the same name": (count) => `{${joined(count, () => `"a":${tensorText("[0]", "[0,0]")}`)}}`,
  axes: (count) => `{"a":${tensorText(`[0${",1".repeat(count)}]`, "[0,0]")}}`,
  large: (count) => `{"a":${tensorText(`[${2 ** 52}${",2".repeat(count)}]`, "[0,0]")}}`,
  offsets: (count) => `{"a":${tensorText("[0]", `[0${",0".repeat(count)}]`)}}`,
  overlapping: (count) => `{${joined(count, (i) => `"${i}":${tensorText("[8]", "[0,8]")}`)}}`,
  deep: (count) => `{"a":${"[".repeat(count)}`,
  spaces: (count) => `{${" ".repeat(count)}}`,
};

export const headerBombs: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...Object.values(headerBomb)), times)
  .map(([make, count]) => make(count));

const zeros = (bytes: number) => encodeIdx({ shape: [bytes], data: new Uint8Array(bytes) });

/** A hundred zeros, a million, and a hundred million. */
const packed = [1e2, 1e6, 1e8].map((bytes) => gzipSync(zeros(bytes)));

/** IDX files that declare sizes, and gzip files that unpack to more than their size. */
export const idxBombs: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 50,
    arbitrary: fc
      .tuple(fc.array(fc.constantFrom(0, 1, 2, 2 ** 31, 2 ** 32 - 1), { maxLength: 4 }), times)
      .map(([sizes, count]) => {
        const bytes = new Uint8Array(4 + 4 * sizes.length + count);
        bytes.set([0, 0, 8, sizes.length]);
        sizes.forEach((size, axis) => {
          new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
        });
        return bytes;
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(3), fc.nat(0xff)).map(([at, byte]) => {
      const bytes = Uint8Array.from(packed[0]!);
      bytes[bytes.length - 1 - at] = byte;
      return bytes;
    }),
  },
  // Two concatenated gzip files are also one file.
  { weight: 2, arbitrary: fc.nat(9).map((n) => Buffer.concat(Array(n + 1).fill(packed[0]))) },
);

/** Each of these takes milliseconds, even if it is refused. */
export const gzipBombs: readonly Uint8Array[] = packed.slice(1);

/** Pieces for words and lists of words. */
export const wordPieces: readonly string[] = [
  ...["a", "\n", "ab\n", "\r\n", " ", "\u0301", "\u0316\u0301", "\u0130", "\ufb01", "\u{1f600}"],
  ...["\u1112\u1161\u11ab", "\0\n", "\ufeff"],
];

export const wordBombs: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.tuple(fc.constantFrom(...wordPieces), times).map(([piece, count]) => piece.repeat(count)),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => encode(all.join("")));
