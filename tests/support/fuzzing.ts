/** The readers of outside input, and inputs for them: for a short run among the tests, and a long one in `npm run torture`. */
import fc from "fast-check";
import { UsageError } from "../../cli/src/errors.ts";
import { parseRule, parseRules } from "../../cli/src/specification.ts";
import { parseIdx, unpack } from "../../cli/src/tasks/idx.ts";
import { parseList } from "../../cli/src/tasks/words.ts";
import { CheckpointError, checkpointBlob } from "../../src/checkpoint/index.ts";
import { readManifest } from "../../src/checkpoint/manifest.ts";
import { headerBytesOf, parseHeader, prefixBytes } from "../../src/checkpoint/safetensors/index.ts";
import {
  adam,
  HyperparameterError,
  optimize,
  optimizers,
  parameters,
  RestoreError,
  RuleError,
  transforms,
} from "../../src/index.ts";
import {
  loadTorch,
  readTorch,
  TorchFileError,
  tensorOf,
  writeTorch,
} from "../../src/pytorch/index.ts";
import { elementsIn, isTensor } from "../../src/pytorch/value.ts";
import { readZip, writeZip } from "../../src/pytorch/zip.ts";
import { functions } from "../../src/rule/language/functions.ts";
import { parse } from "../../src/rule/language/parser.ts";
import { DataError } from "../../src/tasks/data-error.ts";
import { headerBombs, idxBombs, manifestBombs, torchBombs, wordBombs } from "./bombs.ts";
import { type Target, target } from "./fuzz.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Some changed places of a text or of bytes. */
const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
  maxLength: 6,
});

/** Valid bytes with some changed; half of them are also cut off. */
const damaged = (all: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...all), changes, fc.double({ min: 0, max: 2, noNaN: true }))
    .map(([bytes, list, share]) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of list) {
        changed[Math.floor(at * Math.max(0, changed.length - 1))] = value;
      }
      return share < 1 ? changed.subarray(0, Math.ceil(share * changed.length)) : changed;
    });

/** Valid texts, with pieces of one inserted into another. */
const spliced = (all: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...all),
      fc.constantFrom(...all),
      fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 0, max: 1, noNaN: true }))),
      fc.string({ unit: "binary", maxLength: 3 }),
    )
    .map(([into, from, [a, b, c, d], more]) => {
      const cut = (text: string, x: number, y: number) =>
        text.slice(Math.min(x, y) * text.length, Math.max(x, y) * text.length);
      return cut(into, 0, a!) + cut(from, b!, c!) + more + cut(into, d!, 1);
    });

const bytes = fc.uint8Array({ maxLength: 200 });
const binary = fc.string({ unit: "binary", maxLength: 60 });

const rules = [...Object.values(optimizers), ...Object.values(transforms)].map(
  ({ definition }) => definition.rule,
);
const words = "u g p t m lr x = + - * / ^ % < <= > >= == != ( ) , ; 1 .5 2e3 # $ where".split(" ");
const tokens = fc
  .array(fc.constantFrom(...words, ...Object.keys(functions), "\n", " "), { maxLength: 60 })
  .map((list) => `u = ${list.join("")}`);

function checkpointBytes(): Promise<Uint8Array> {
  const optimizer = optimize(parameters({ w: [2, 3], b: [3] }), adam(), { threads: 1 });
  optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
  return checkpointBlob(optimizer, { metadata: { epoch: 1, list: [1, "two", null] } })
    .arrayBuffer()
    .then((buffer) => new Uint8Array(buffer));
}

const checkpoint = await checkpointBytes();
const headerLength = headerBytesOf(checkpoint, checkpoint.length);
const header = checkpoint.slice(prefixBytes, prefixBytes + headerLength);
const manifest = (
  JSON.parse(new TextDecoder().decode(header)) as { __metadata__: { gradus: string } }
).__metadata__.gradus;

const headers: readonly (readonly [text: string, dataBytes: number])[] = [
  [new TextDecoder().decode(header), checkpoint.length - prefixBytes - headerLength],
  ['{"a":{"dtype":"F16","shape":[2,0],"data_offsets":[0,0]},"__metadata__":{"x":"y"}}', 0],
  ['{"__proto__":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}', 8],
];

/** Headers whose tensors are anywhere: beside, within and over each other, with holes. */
const places = fc
  .array(
    fc.record({
      dtype: fc.constantFrom("F32", "F16", "U8", "F4", "X9"),
      shape: fc.array(fc.constantFrom(0, 1, 2, 4, 2 ** 52), { maxLength: 3 }),
      data_offsets: fc.tuple(fc.constantFrom(0, 4, 8, 16), fc.constantFrom(0, 4, 8, 16, 2 ** 53)),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => JSON.stringify(Object.fromEntries(all.map((each, i) => [`t${i}`, each]))));

/** Of one kind and size, so that some of them fit. */
const rows = fc
  .array(fc.constantFrom(0, 4, 8, 12), { minLength: 1, maxLength: 4 })
  .map((all) =>
    JSON.stringify(
      Object.fromEntries(
        all.map((at, i) => [`t${i}`, { dtype: "F32", shape: [1], data_offsets: [at, at + 4] }]),
      ),
    ),
  );

export function fileOfHeader(text: Uint8Array, dataBytes: number): Uint8Array {
  const file = new Uint8Array(prefixBytes + text.length + dataBytes);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, prefixBytes);
  return file;
}

const jsonText = fc.json({ maxDepth: 4 });

/** Values that JSON can have, with values of other kinds in some places. */
const manifests = fc.oneof(
  spliced([manifest, '{"form":1,"parameters":[],"state":{},"metadata":{}}', '{"__proto__":1}']),
  jsonText,
  fc
    .tuple(fc.constantFrom("parameters", "state", "metadata", "form", "process"), fc.jsonValue())
    .map(([key, value]) => JSON.stringify({ ...JSON.parse(manifest), [key]: value })),
  binary,
);

const idx = (rank: number, ...sizes: readonly number[]): Uint8Array => {
  const start = new Uint8Array(4 + 4 * sizes.length);
  start.set([0, 0, 8, rank]);
  const view = new DataView(start.buffer);
  sizes.forEach((size, axis) => void view.setUint32(4 + 4 * axis, size));
  return Uint8Array.from([
    ...start,
    ...Array(
      Math.min(
        64,
        sizes.reduce((a, b) => a * b, 1),
      ),
    ).fill(7),
  ]);
};

const labels = [
  ...["adam", "sgd(momentum=0.9)", "clipByGlobalNorm(1)+adamw(beta2=0.99)+ema"],
  ...["adam(lr=1e-3, eps=1e-8)", "__proto__", "constructor(1)", "adam(__proto__=1)"],
];
const specification = fc.oneof(
  spliced(labels),
  fc
    .array(
      fc.constantFrom(
        "adam",
        "ema",
        "l2",
        "(",
        ")",
        "=",
        ",",
        "+",
        "1",
        "1e-3",
        "true",
        " ",
        "beta1",
      ),
      {
        maxLength: 12,
      },
    )
    .map((list) => list.join("")),
  binary,
);

/** Pickles of PyTorch's files. The archive around them is valid, because its checksums would otherwise refuse all. */
const pickles = [
  { a: tensorOf(new Float32Array(6), [2, 3]), list: [1, "two", null, 2.5] },
  new Map([[1, tensorOf(new Float64Array(3), [3, 1])]]),
].map((value) => readZip(writeTorch(value)).get("archive/data.pkl")!.read());

const archive = (pickle: Uint8Array): Uint8Array =>
  writeZip([
    ["archive/data.pkl", pickle],
    ["archive/data/0", new Uint8Array(24)],
  ]);

const torchTarget = optimize(parameters({ w: [2, 3] }), adam(), { threads: 1 });

/** Reads tensors, loads a model, and writes what was read. */
function readAll(input: Uint8Array): void {
  const value = readTorch(input);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const each of value instanceof Map ? value.values() : list) {
    if (isTensor(each) && each.read().length !== elementsIn(each.shape)) {
      throw new Error(`a tensor of shape ${each.shape} has ${each.read().length} elements`);
    }
  }
  if (input.length < 2e3) writeTorch(value);
  if (value instanceof Map) loadTorch(torchTarget, { model: value });
}

export const targets: readonly Target[] = [
  target(
    "the parser of rules",
    fc.oneof({ weight: 3, arbitrary: tokens }, { weight: 2, arbitrary: spliced(rules) }, binary),
    (text) => parse("fuzz", text),
    RuleError,
  ),
  target(
    "headers of checkpoints",
    fc.oneof(
      damaged(headers.map(([text, dataBytes]) => fileOfHeader(encode(text), dataBytes))),
      fc
        .tuple(
          fc.oneof(spliced(headers.map(([text]) => text)), places, rows, headerBombs),
          fc.constantFrom(0, 8, 24),
        )
        .map(([text, dataBytes]) => fileOfHeader(encode(text), dataBytes)),
      bytes,
    ),
    (file) => {
      const length = headerBytesOf(file, file.length);
      parseHeader(
        file.subarray(prefixBytes, prefixBytes + length),
        file.length - prefixBytes - length,
      );
    },
    CheckpointError,
  ),
  target(
    "metadata of checkpoints",
    fc.oneof({ weight: 2, arbitrary: manifests }, manifestBombs(manifest)),
    readManifest,
    CheckpointError,
  ),
  target(
    "IDX files",
    fc.tuple(
      fc.oneof(
        damaged([idx(1, 10), idx(3, 2, 3, 4), idx(3, 0, 2 ** 31, 4)]),
        fc
          .array(fc.nat(4), { minLength: 1, maxLength: 4 })
          .map((sizes) => idx(sizes.length, ...sizes)),
        idxBombs,
        bytes,
      ),
      fc.constantFrom(1, 3),
    ),
    ([each, rank]) => parseIdx("fuzz", unpack("fuzz", each), rank),
    DataError,
  ),
  target(
    "lists of words",
    fc.oneof(
      damaged([encode("étude\nWORT\n parola \r\n"), encode("a\n\n\u0301b")]),
      wordBombs,
      bytes,
      binary.map(encode),
    ),
    (each) => parseList("fuzz", each),
    DataError,
  ),
  target(
    "rules as the command takes them",
    specification,
    (text) => {
      parseRule(text);
      parseRules(text);
    },
    UsageError,
    HyperparameterError,
  ),
  target(
    "files of PyTorch",
    fc.oneof(damaged(pickles).map(archive), damaged(pickles.map(archive)), torchBombs, bytes),
    readAll,
    TorchFileError,
    RestoreError,
  ),
];
