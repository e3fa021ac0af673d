/** Files from strangers: whatever they hold is data or is refused, and nothing of it is executed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readTorch,
  type TorchDict,
  TorchFileError,
  type TorchTensor,
  TorchTuple,
} from "../../src/pytorch/index.ts";
import { writeZip } from "../../src/pytorch/zip.ts";
import {
  append,
  appends,
  build,
  fileOfPickle,
  ints,
  list,
  long,
  mark,
  name,
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
  text,
  tuple,
  whole,
  withPickle,
} from "../support/pickles.ts";
import { runs } from "../support/properties.ts";

/** Two float32. */
const data = new Uint8Array(8);

const tensor = (
  shape: readonly (number | bigint)[],
  strides: readonly (number | bigint)[],
  start = 0,
  from: Piece = storage("FloatStorage", "0", whole(2)),
) => tensorOfPieces(from, whole(start), ints(shape), ints(strides));

function refuses(bytes: Uint8Array, message: string | RegExp): void {
  expect(() => readTorch(bytes)).toThrow(TorchFileError);
  expect(() => readTorch(bytes)).toThrow(message);
}

it("reads what is honest", () => {
  const read = readTorch(withPickle(tensor([2], [1]))) as TorchTensor;
  expect(read.read()).toEqual(Float32Array.of(1, 2));
});

describe("calls", () => {
  const run = [mark, ...short("touch /tmp/owned"), tuple, reduce];
  it.each([
    ["by name", [...name("os", "system"), ...run]],
    ["by name, of posix", [...name("posix", "system"), ...run]],
    ["of Python's own functions", [...name("builtins", "eval"), ...run]],
    ["by names that are computed", [...short("os"), ...short("system"), 0x93, ...run]],
    ["of PyTorch's functions", [...name("torch", "load"), ...run]],
    ["of names with dots", [...short("torch._utils"), ...short("os.system"), 0x93, ...run]],
    ["of a prototype", [...name("__proto__", "constructor"), ...run]],
  ])("%s are refused", (_, pickle) => refuses(withPickle(pickle), "Nothing was executed"));

  it.each([
    ["INST", [mark, 0x69, ...text("os\nsystem\n")]],
    ["OBJ", [mark, 0x6f]],
    ["NEWOBJ", [...name("collections", "OrderedDict"), 0x29, 0x81]],
    ["NEWOBJ_EX", [0x92]],
    ["EXT1", [0x82, 1]],
    ["PERSID", [0x50, ...text("0\n")]],
    ["BYTEARRAY8", [0x96, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["NEXT_BUFFER", [0x97]],
    ["DUP", [0x4e, 0x32]],
  ])("by %s are not known", (_, pickle) => refuses(withPickle(pickle), "it is not executed"));

  it("of names that are allowed take what they are for", () => {
    const ordered = name("collections", "OrderedDict");
    refuses(withPickle(ordered), "a name for a value");
    refuses(withPickle(list, ordered, 0x61), "a name for a value");
    refuses(withPickle(ordered, mark, 0x4e, tuple, reduce), "made without arguments");
    refuses(withPickle(ordered, 0x4e, reduce), "call something that is not a name");
    refuses(withPickle(name("torch", "float32"), mark, tuple, reduce), "call torch float32");
    refuses(
      withPickle(name("torch._utils", "_rebuild_tensor_v2"), mark, tuple, reduce),
      "made from elements",
    );
    refuses(
      withPickle(name("torch._utils", "_rebuild_parameter"), mark, tuple, reduce),
      "made from a tensor",
    );
    refuses(withPickle(name("torch", "Size"), mark, 0x4e, tuple, reduce), "a shape is a tuple");
    refuses(withPickle(list, 0x7d, build), "attributes to something that is not a dict");
    refuses(withPickle(0x4e, persistent), "not an array of elements");
  });
});

describe("tensors", () => {
  it.each([
    ["more elements than there are", tensor([3], [1])],
    ["a start behind the end", tensor([2], [1], 1)],
    ["a negative start", tensor([2], [1], -1)],
    ["strides beyond the end", tensor([2], [2])],
    ["a negative stride", tensor([2], [-1])],
    ["one element for many", tensor([1000], [0])],
    ["2^62 elements", tensor([2n ** 62n], [0])],
    ["a product that overflows", tensor([2n ** 40n, 2n ** 40n], [0, 0])],
    ["a shape without strides", tensor([2], [])],
  ])("with %s are refused", (_, pickle) => {
    refuses(withPickle(pickle), /reaches beyond|whole numbers/);
  });

  it("whose array is not there, or has another length, are refused", () => {
    const from = (type: string, key: string, length: readonly number[]) =>
      withPickle(tensor([2], [1], 0, storage(type, key, length)));
    refuses(from("FloatStorage", "1", whole(2)), 'lacks the array "1"');
    refuses(from("FloatStorage", "../0", whole(2)), "lacks the array");
    refuses(from("FloatStorage", "0", whole(-2)), "length is a whole number");
    refuses(from("QInt8Storage", "0", whole(2)), "Nothing was executed");
    refuses(from("FloatStorage", "0", whole(3)), "has 8 bytes");
    refuses(from("DoubleStorage", "0", whole(2)), "has 8 bytes");
  });
});

describe("what is changed once it was checked", () => {
  const shared = (key: number, ...values: number[]) => [
    ...[list, ...remember(key), mark, ...values.flatMap(whole), appends],
  ];
  const later = (key: number, value: number) => [...[...recall(key), ...whole(value), append, pop]];
  const elements = storage("FloatStorage", "0", whole(2));

  it("is a tensor's shape no more than its strides", () => {
    const made = tensorOfPieces(elements, whole(0), shared(0, 2), shared(1, 1));
    const read = readTorch(withPickle(made, later(0, 3), later(1, 1))) as TorchTensor;
    expect(read.shape).toEqual([2]);
    expect(read.read()).toEqual(Float32Array.of(1, 2));
    expect(() => void (read.shape as number[]).push(3)).toThrow(TypeError);
  });

  it("is a Size that was a list", () => {
    const size = [...name("torch", "Size"), ...shared(0, 2), 0x85, reduce];
    const read = readTorch(withPickle(list, size, append, later(0, 3))) as unknown[];
    expect(read).toEqual([new TorchTuple([2])]);
  });
});

describe("what costs nothing to write", () => {
  const most = 2n ** 53n - 1n;
  const sizes = name("torch", "Size");
  const manyAxes = [list, mark, ...Array(65).fill([0x4b, 1]).flat(), appends];
  const kept = (piece: Piece, key: number) => [...piece, ...remember(key), pop];

  it.each([
    ["a product that is no number", tensor([...Array(20).fill(most), 0], Array(21).fill(0))],
    ["a zero behind what nothing has", tensor([most, most, 0], [0, 0, 0])],
    [
      "2^40 elements in 8 bytes",
      tensor([1], [1], 0, storage("FloatStorage", "0", long(2n ** 40n))),
    ],
    ["65 axes", [...sizes, ...manyAxes, 0x85, reduce]],
    ["a list for a name", [list, ...short("torch"), 0x93]],
    ["a key of the memory that is far away", [list, 0x72, 255, 255, 255, 127]],
    [
      "an array of two types",
      [
        ...[list, mark, ...storage("FloatStorage", "0", whole(2)), pop],
        ...[...storage("DoubleStorage", "0", whole(1)), pop, appends],
      ],
    ],
    ["a name within a tuple for a value", [list, ...name("torch", "Size"), 0x85, append]],
  ])("%s is refused", (_, pickle) => refuses(withPickle(pickle), /./));

  it("are a million dicts, which are refused", () => {
    const dicts = Array(1_000_000).fill(0x7d);
    refuses(withPickle(list, mark, dicts, appends), "far more memory");
  });

  it("are many tensors of the same elements, which are refused", () => {
    const bytes = new Uint8Array(1 << 20);
    const file = (times: number) => {
      const before = [
        ...kept(name("torch._utils", "_rebuild_tensor_v2"), 0),
        ...kept(storage("ByteStorage", "0", whole(bytes.length)), 1),
        ...kept(ints([bytes.length]), 2),
        ...kept(ints([1]), 3),
      ];
      const once = [
        ...[...recall(0), mark, ...recall(1), 0x4b, 0, ...recall(2), ...recall(3)],
        ...[tuple, reduce],
      ];
      return fileOfPickle(
        repeated([0x80, 2, ...before, list, mark], once, times, [appends, 0x2e]),
        bytes,
      );
    };
    expect(readTorch(file(50))).toHaveLength(50);
    refuses(file(1000), "share their elements too often");
  });
});

describe("data", () => {
  it("with names of prototypes are data", () => {
    const key = short("__proto__");
    const read = readTorch(
      withPickle(0x7d, key, 0x7d, short("polluted"), 0x88, 0x73, 0x73),
    ) as TorchDict;
    expect((read.get("__proto__") as TorchDict).get("polluted")).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ["end in the middle of a text", [0x58, 255, 255, 255, 127]],
    ["have a text that is not UTF-8", [0x8c, 1, 0xff]],
    ["take from an empty stack", [0x30, 0x30]],
    ["take a mark for a value", [mark, 0x85]],
    ["have a list without a beginning", [0x65]],
    ["append to a dict", [0x7d, 0x4e, 0x61]],
    ["set a key of a list", [list, 0x4e, 0x4e, 0x73]],
    ["have a list for a key", [0x7d, list, 0x4e, 0x73]],
    ["recall what was not there", [0x68, 0]],
    ["remember nothing", [0x71, 0]],
    ["have a whole number of 255 bytes", [0x8a, 255, ...Array(255).fill(1)]],
    ["leave something behind", [0x4e, 0x4e]],
  ])("that %s are refused", (_, pickle) => refuses(withPickle(pickle), /./));

  it("may lie in each other twenty thousand deep, or be the same many times over", () => {
    expect(
      Array.isArray(readTorch(withPickle(Array(20_000).fill(list), Array(19_999).fill(0x61)))),
    ).toBe(true);
    // Each of 100 lists has the one before ten times: 10^100 in all, and 1000 in memory.
    const lists = Array.from({ length: 100 }, (_, i) => [
      ...[
        list,
        mark,
        ...Array(i === 0 ? 0 : 10)
          .fill([0x68, i - 1])
          .flat(),
        0x65,
        0x71,
        i,
      ],
    ]);
    const read = readTorch(
      withPickle(
        list,
        lists.flatMap((each) => [...each, 0x61]),
      ),
    );
    expect(read).toHaveLength(100);
  });
});

describe("archives", () => {
  const honest = withPickle(tensor([2], [1]));
  const changed = (at: number, value: number) => {
    const bytes = honest.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    return bytes;
  };
  const end = honest.length - 22;
  const central = new DataView(honest.buffer).getUint32(end + 16, true);

  it("that were cut off, anywhere, are refused", () => {
    for (let length = 0; length < honest.length; length++) {
      expect(() => readTorch(honest.slice(0, length))).toThrow(TorchFileError);
    }
  });

  it.each([
    ["a directory beyond the end", changed(end + 16, 0x7fffffff)],
    ["an entry beyond the end", changed(central + 42, 0x7fffffff)],
    ["an entry that is too long", changed(central + 20, 0x7fffffff)],
    ["sizes that differ", changed(central + 24, 1)],
    ["a compressed entry", changed(central + 10, 8)],
    ["4 GiB and more", changed(end + 16, 0xffffffff)],
  ])("with %s are refused", (_, bytes) => refuses(bytes, /./));

  it("with two entries of a name, entries that overlap, no data, or the highest byte first are refused", () => {
    const pickle = ["archive/data.pkl", Uint8Array.of(0x80, 2, 0x4e, 0x2e)] as const;
    refuses(writeZip([pickle, pickle]), "two entries of one name");
    refuses(writeZip([["archive/code.py", data]]), "no data.pkl");
    refuses(writeZip([pickle, ["b/data.pkl", data]]), "no data.pkl");
    const big = new TextEncoder().encode("big");
    refuses(writeZip([pickle, ["archive/byteorder", big]]), "big-endian");
    const twice = honest.slice();
    const second = central + 46 + "archive/data.pkl".length;
    new DataView(twice.buffer).setUint32(second + 42, 0, true);
    refuses(twice, /./);
  });

  it("in which any byte was flipped are read as they were, or refused", () => {
    const before = (readTorch(honest) as TorchTensor).read();
    for (let at = 0; at < honest.length; at++) {
      const bytes = honest.slice();
      bytes[at]! ^= 0xff;
      try {
        expect((readTorch(bytes) as TorchTensor).read()).toEqual(before);
      } catch (error) {
        expect(error).toBeInstanceOf(TorchFileError);
      }
    }
  });

  it("of other kinds are refused in words", () => {
    refuses(new Uint8Array(), "it was cut off");
    refuses(
      Uint8Array.from(text("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")),
      "before PyTorch 1.6",
    );
    expect(() => readTorch("checkpoint.pt" as never)).toThrow("readFileSync");
  });
});

describe("anything at all", () => {
  const folder = join(import.meta.dirname, "..", "reference", "pytorch");
  const real = ["adam", "sgd", "others"].map((each) => readFileSync(join(folder, `${each}.pt`)));
  const known = [0x28, 0x30, 0x31, 0x4e, 0x88, 0x89, 0x5d, 0x61, 0x65, 0x29, 0x85, 0x86, 0x87, 0x74]
    .concat([0x7d, 0x73, 0x75, 0x94, 0x52, 0x62, 0x51])
    .map((code) => [code]);
  const instruction = fc.oneof(
    fc.constantFrom(...known),
    fc.nat(5).map((key) => [0x71, key]),
    fc.nat(5).map((key) => [0x68, key]),
    fc.nat(255).map((value) => [0x4b, value]),
    fc.constantFrom("storage", "0", "cpu", "__proto__").map(short),
    fc.constantFrom(name("collections", "OrderedDict"), name("torch", "FloatStorage")),
    fc.constantFrom(name("torch._utils", "_rebuild_tensor_v2"), name("torch", "Size")),
    fc.constantFrom(storage("FloatStorage", "0", whole(2)), tensor([2], [1]), ints([2])),
    fc.array(fc.nat(255), { maxLength: 3 }),
  );

  function survives(bytes: Uint8Array): void {
    try {
      const value = readTorch(bytes);
      if (typeof value === "object" && value !== null && "read" in value) value.read();
    } catch (error) {
      expect(error).toBeInstanceOf(TorchFileError);
    }
  }

  it("in a pickle is data or refused", () => {
    const pickles = fc.array(instruction, { maxLength: 30 });
    fc.assert(
      fc.property(pickles, (pickle) => survives(withPickle(pickle.flat()))),
      runs(3000),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("in a real file is data or refused", () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (file, changes) => {
          const bytes = Uint8Array.from(file);
          for (const { at, to } of changes) {
            bytes[Math.floor(at * (bytes.length - 1))] = to;
          }
          survives(bytes);
        },
      ),
      runs(1000),
    );
  });
});
