/**
 * A process with a small heap that gives each reader its worst inputs in two sizes, and prints what each took.
 * node --max-old-space-size=MIB --import tsx growth.ts
 */
import fc from "fast-check";
import {
  gzipBombs,
  headerBomb,
  jsonBomb,
  nestedPickle,
  pickleOf,
  repeatable,
  wordPieces,
} from "./bombs.ts";
import { measure } from "./fuzz.ts";
import { fileOfHeader, targets } from "./fuzzing.ts";
import { fileOfPickle } from "./pickles.ts";

/** The measurements of one reader, as a line of JSON. */
export interface Growth {
  readonly name: string;
  /** For the smaller and the larger one: bytes, milliseconds and bytes of memory. */
  readonly readings: readonly { bytes: number; milliseconds: number; memory: number }[];
}

/** The approximate bytes of the smaller one; the larger one is four times as large. */
const smaller = 200_000;

type Make = (count: number) => { readonly input: unknown; readonly bytes: number };

const sized = (bytes: Uint8Array | string) => ({ input: bytes, bytes: bytes.length });

const torch = (make: (count: number) => Uint8Array): Make => {
  return (count) => sized(fileOfPickle(make(count), new Uint8Array(24)));
};

const encode = (text: string) => new TextEncoder().encode(text);

const cases: readonly (readonly [target: string, name: string, make: Make])[] = [
  ...repeatable.map((piece): [string, string, Make] => [
    ...(["files of PyTorch", [...piece].join(" ")] as const),
    torch((count) => pickleOf(piece, count)),
  ]),
  ["files of PyTorch", "nested", torch(nestedPickle)],
  ...Object.entries(jsonBomb).map(([name, make]): [string, string, Make] => [
    ...(["metadata of checkpoints", name] as const),
    (count) => sized(make(count)),
  ]),
  ...Object.entries(headerBomb).map(([name, make]): [string, string, Make] => [
    ...(["headers of checkpoints", name] as const),
    (count) => sized(fileOfHeader(encode(make(count)), 0)),
  ]),
  ...wordPieces.map((piece): [string, string, Make] => [
    ...(["lists of words", JSON.stringify(piece)] as const),
    (count) => sized(encode(piece.repeat(count))),
  ]),
  [
    ...(["lists of words", "words of their own"] as const),
    (count) => sized(encode(Array.from({ length: count }, (_, i) => i.toString(36)).join("\n"))),
  ],
];

function report(target: string, name: string, inputs: readonly ReturnType<Make>[]): void {
  const reader = targets.find((each) => each.name === target)!;
  const readings = inputs.map(({ input, bytes }) => {
    const { seconds, bytes: memory } = measure(reader, input, 3);
    return { bytes, milliseconds: 1000 * seconds, memory };
  });
  const growth: Growth = { name: `${target}: ${name}`, readings };
  console.log(JSON.stringify(growth));
}

// Warms up first.
for (const { name, inputs, ...rest } of targets) {
  for (const input of fc.sample(inputs, { numRuns: 200, seed: 1 })) {
    measure({ name, inputs, ...rest }, input, 1);
  }
}
for (const [target, name, make] of cases) {
  const [first, second] = [make(1000).bytes, make(2000).bytes];
  const count = Math.ceil((1000 * smaller) / Math.max(1, second - first));
  report(target, name, [make(count), make(4 * count)]);
}
for (const bomb of gzipBombs) {
  const reading = { input: [bomb, 1], bytes: bomb.length };
  report("IDX files", `${bomb.length} bytes of gzip`, [reading, reading]);
}
