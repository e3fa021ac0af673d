import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { CheckpointError } from "../errors.ts";
import {
  bitsOfType,
  type DataType,
  headerBytesOf,
  parseHeader,
  prefixBytes,
  type TensorSpecification,
  writeHeader,
} from "./index.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const parse = (text: string, dataBytes = 0) => parseHeader(encode(text), dataBytes);

/** Expects exactly this error. */
function refuses(act: () => unknown, message: string | RegExp = ""): void {
  expect(act).toThrow(CheckpointError);
  expect(act).toThrow(message);
}

/** A header with one tensor. */
const tensor = (fields: string) => `{"w":{${fields}}}`;
const whole = '"dtype":"F32","shape":[2],"data_offsets":[0,8]';

const bytesOf = ({ dtype, shape }: TensorSpecification) =>
  shape.reduce((a, b) => a * b, bitsOfType[dtype]) / 8;

const types = Object.keys(bitsOfType) as DataType[];
const wholeBytes = types.filter((type) => bitsOfType[type] % 8 === 0);
const name = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .filter((each) => each !== "__metadata__");
const tensors = fc.uniqueArray(
  fc.record({
    name: fc.oneof(name, fc.constantFrom("__proto__", "constructor", "toString", "")),
    dtype: fc.constantFrom(...wholeBytes),
    shape: fc.array(fc.nat(5), { maxLength: 4 }),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);
const metadata = fc.uniqueArray(fc.tuple(fc.string(), fc.string({ unit: "binary" })), {
  selector: ([key]) => key,
  maxLength: 4,
});

describe("a header that was written", () => {
  it("is read as it was", () => {
    fc.assert(
      fc.property(tensors, metadata, (written, notes) => {
        const bytes = writeHeader(written, notes);
        const total = written.reduce((sum, each) => sum + bytesOf(each), 0);
        expect(headerBytesOf(bytes, bytes.length + total)).toBe(bytes.length - prefixBytes);
        expect(bytes.length % 8).toBe(0);
        const header = parseHeader(bytes.subarray(prefixBytes), total);
        expect([...header.metadata]).toEqual(notes);
        let begin = 0;
        for (const each of written) {
          const end = begin + bytesOf(each);
          const { dtype, shape } = each;
          expect(header.tensors.get(each.name)).toEqual({ dtype, shape, begin, end });
          begin = end;
        }
        expect(header.tensors.size).toBe(written.length);
        expect(() => parseHeader(bytes.subarray(prefixBytes), total + 1)).toThrow("behind them");
      }),
    );
  });

  it("is JSON that other programs can read", () => {
    const bytes = writeHeader([{ name: "w", dtype: "F32", shape: [2, 3] }], [["a", "b"]]);
    expect(new TextDecoder().decode(bytes.subarray(prefixBytes)).trimEnd()).toBe(
      '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}',
    );
  });

  it("has no two tensors of the same name, and no name that UTF-8 cannot represent", () => {
    const named = (name: string) => ({ name, dtype: "F32", shape: [] }) as const;
    refuses(() => writeHeader([named("w"), named("w")], []), "two tensors");
    refuses(() => writeHeader([named("__metadata__")], []), "would have the name `__metadata__`");
    refuses(() => writeHeader([named("\udc00x")], []), "surrogate");
  });
});

describe("a header from elsewhere", () => {
  it("may have its tensors and fields in any order, spaces, escapes and types of any kind", () => {
    const header = parse(
      `{ "b" : {"data_offsets":[3, 7], "shape":[1,2],\t"dtype":"F16"},\n "__metadata__":{"\\u0061":"\\ud83d\\ude00"},
         "none":{"dtype":"F64","shape":[0,4],"data_offsets":[3,3]},
         "a":{"dtype":"F4","shape":[6],"data_offsets":[0,3]}}   `,
      7,
    );
    expect([...header.tensors.keys()]).toEqual(["b", "none", "a"]);
    expect(header.metadata.get("a")).toBe("😀");
    expect(header.tensors.get("b")).toEqual({ dtype: "F16", shape: [1, 2], begin: 3, end: 7 });
  });

  it("may be empty", () => {
    expect(parse("{}").tensors.size).toBe(0);
  });
});

describe("a length", () => {
  const prefix = (length: bigint) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  };

  it.each([2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 100_000_001n])("of %s is refused", (length) => {
    refuses(() => headerBytesOf(prefix(length), Number.MAX_SAFE_INTEGER), "at most");
  });

  it("beyond the end of the file is refused, and so is a file without a length", () => {
    refuses(() => headerBytesOf(prefix(93n), 100), "it was cut off");
    expect(headerBytesOf(prefix(92n), 100)).toBe(92);
    refuses(() => headerBytesOf(new Uint8Array(3), 3), "has 3 bytes and no room");
  });
});

describe("a wrong header is one clear error", () => {
  it.each<[string, string, RegExp]>([
    ["nothing", "", /begin with \{/],
    ["a list", "[]", /begin with \{/],
    ["space before it", " {}", /begin with \{/],
    ["no end", '{"w"', /: is expected at character 4/],
    ["no end of a name", '{"w', /no end/],
    ["no end behind an escape", '{"w\\', /no end/],
    ["something behind it", "{}{}", /nothing more is expected/],
    ["a comma at its end", `{"w":{${whole}},}`, /" is expected/],
    ["a line end in a name", '{"a\n":1}', /must be escaped/],
    ["a wrong escape", '{"\\x":1}', /wrong escape/],
    ["half of a pair", '{"\\ud800":1}', /half of a surrogate pair/],
    ["two of one name", `{"w":{${whole}},"w":{${whole}}}`, /`w` is there twice/],
    ["two of one name, escaped", `{"w":{${whole}},"\\u0077":{${whole}}}`, /`w` is there twice/],
    ["two metadata", '{"__metadata__":{},"__metadata__":{}}', /`__metadata__` is there twice/],
    ["two notes of one name", '{"__metadata__":{"a":"1","a":"2"}}', /`a` is there twice/],
    ["metadata that are no text", '{"__metadata__":{"a":1}}', /" is expected/],
    ["metadata that are nothing", '{"__metadata__":null}', /\{ is expected/],
    ["a tensor that is a number", '{"w":7}', /\{ is expected/],
    ["a field twice", tensor(`${whole},"dtype":"F32"`), /`dtype` twice/],
    ["an unknown field", tensor(`${whole},"stride":[1]`), /`stride`/],
    ["a field less", tensor('"dtype":"F32","shape":[2]'), /lacks/],
    [
      "three offsets",
      tensor('"dtype":"F32","shape":[2],"data_offsets":[0,8,8]'),
      /more than 2 numbers/,
    ],
    ["an unknown type", tensor('"dtype":"F128","shape":[2],"data_offsets":[0,8]'), /`F128`/],
    ["a type of objects", tensor('"dtype":"toString","shape":[],"data_offsets":[0,8]'), /unknown/],
    ["a negative size", tensor('"dtype":"F32","shape":[-2],"data_offsets":[0,8]'), /whole number/],
    ["a fraction", tensor('"dtype":"F32","shape":[2.0],"data_offsets":[0,8]'), /\] is expected/],
    ["a power", tensor('"dtype":"F32","shape":[2e0],"data_offsets":[0,8]'), /\] is expected/],
    ["a zero before it", tensor('"dtype":"F32","shape":[02],"data_offsets":[0,8]'), /whole number/],
    ["2^53", tensor('"dtype":"U8","shape":[9007199254740992],"data_offsets":[0,8]'), /2\^53/],
    [
      "a product beyond 2^53",
      tensor('"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]'),
      /impossibly large/,
    ],
    [
      "a product beyond 2^53 before a zero",
      tensor('"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]'),
      /impossibly large/,
    ],
    ["too few bytes", tensor('"dtype":"F32","shape":[3],"data_offsets":[0,8]'), /take 12/],
    ["half a byte", tensor('"dtype":"F4","shape":[3],"data_offsets":[0,2]'), /take 1\.5/],
    [
      "an end before its start",
      tensor('"dtype":"F32","shape":[0],"data_offsets":[8,0]'),
      /-8 bytes/,
    ],
    ["a start that is not 0", tensor('"dtype":"F32","shape":[1],"data_offsets":[4,8]'), /a hole/],
    ["bytes of nobody", tensor('"dtype":"F32","shape":[1],"data_offsets":[0,4]'), /behind them/],
    [
      "a file that is too short",
      tensor('"dtype":"F32","shape":[3],"data_offsets":[0,12]'),
      /cut off/,
    ],
    ["one over the other", `{"v":{${whole}},"w":{${whole}}}`, /overlaps/],
    [
      "one within the other",
      `{"v":{${whole}},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`,
      /overlaps/,
    ],
    [
      "an empty one within another",
      `{"v":{${whole}},"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`,
      /`w` begins at byte 4 and is within another/,
    ],
    [
      "a hole in the middle",
      '{"v":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"w":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}}',
      /`w` begins at byte 3 and leaves a hole/,
    ],
    ["deep lists", tensor(`"dtype":"F32","shape":${"[".repeat(100_000)}`), /whole number/],
    ["deep objects", '{"a":'.repeat(100_000), /has `a` twice, or should not have it/],
  ])("%s", (_, text, message) => {
    refuses(() => parse(text, 8), message);
  });

  it("bytes that are not UTF-8", () => {
    refuses(() => parseHeader(Uint8Array.of(0x7b, 0xff, 0x7d), 0), "not UTF-8");
  });

  it("gives a short message, however long the name is", () => {
    let message = "";
    try {
      parse(`{"${"x".repeat(1e6)}":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}`, 8);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message.length).toBeGreaterThan(50);
    expect(message.length).toBeLessThan(300);
  });

  it("and no other error, whatever is changed in a correct header", () => {
    const text = `{"__metadata__":{"a":"b"},"v":{${whole}},"w":{"dtype":"F64","shape":[],"data_offsets":[8,16]}}`;
    const edit = fc.record({
      at: fc.nat(text.length),
      cut: fc.nat(3),
      put: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...'{}[]",:0123456789\\')),
    });
    const settings = runs(500);
    let refused = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const changed = edits.reduce(
          (before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut),
          text,
        );
        try {
          const { tensors } = parse(changed, 16);
          // The result agrees with JSON.
          const { __metadata__: _, ...same } = JSON.parse(changed);
          expect([...tensors.keys()].toSorted()).toEqual(Object.keys(same).toSorted());
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
          refused += 1;
        }
      }),
      settings,
    );
    expect(refused).toBeGreaterThan(settings.numRuns / 2);
  });
});

it("a hundred thousand names are read, in any order (`npm run torture` has a million)", () => {
  const count = 100_000;
  const entries = Array.from({ length: count }, (_, i) => {
    const place = (i * 7919) % count;
    return `"n${i}":{"dtype":"U8","shape":[1],"data_offsets":[${place},${place + 1}]}`;
  });
  const { tensors } = parse(`{${entries.join(",")}}`, count);
  expect(tensors.size).toBe(count);
  expect(tensors.get("n1")!.begin).toBe(7919);
});
