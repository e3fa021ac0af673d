/** What is written is read as it was, or is refused when it is written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readTorch,
  type TorchDict,
  TorchFileError,
  type TorchTensor,
  TorchTuple,
  type TorchType,
  type TorchValue,
  tensorOf,
  writeTorch,
} from "../../src/pytorch/index.ts";
import { runs } from "../support/properties.ts";

const arrays = {
  ...{ float64: Float64Array, float32: Float32Array, float16: Float32Array },
  ...{ int64: BigInt64Array, int32: Int32Array, int16: Int16Array, int8: Int8Array },
  ...{ uint8: Uint8Array, bool: Uint8Array, complex64: Float32Array },
};

/** Tensors as they should be, and others: of wrong lengths, types, arrays and shapes. */
const tensor = fc
  .record({
    type: fc.constantFrom(...Object.keys(arrays)),
    array: fc.constantFrom(undefined, Float32Array, Float64Array, Uint8Array),
    shape: fc.array(fc.constantFrom<number[]>(0, 1, 2, 3, 1.5, -1), { maxLength: 3 }),
    more: fc.constantFrom(0, 0, 0, 0, 1, -1),
  })
  .map(({ type, array, shape, more }): TorchTensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = array ?? arrays[type as keyof typeof arrays];
    const data = new Type(Math.max(0, Math.ceil(count) + more));
    return { type: type as TorchType, shape, read: () => data };
  });

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 60),
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.constantFrom("\ud800", "a\udc00", "__proto__"),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    tensor,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new TorchTuple(items as TorchValue[])),
    fc
      .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.string() }, scalar), tie("value")), {
        maxLength: 3,
      })
      .map((entries) => new Map(entries as [string, TorchValue][])),
  ),
}));

/** As it is when it comes back: small bigints are numbers, and elements are data. */
function plain(each: unknown): unknown {
  if (typeof each === "bigint") {
    return Number.isSafeInteger(Number(each)) ? Number(each) : each;
  }
  if (Array.isArray(each)) return each.map(plain);
  if (each instanceof TorchTuple) return { tuple: each.items.map(plain) };
  if (each instanceof Map) return new Map([...each].map(([key, inner]) => [key, plain(inner)]));
  if (typeof each === "object" && each !== null) {
    const { type, shape, read } = each as TorchTensor;
    return { type, shape: [...shape], data: read() };
  }
  return each;
}

it("whatever it is", () => {
  let written = 0;
  fc.assert(
    fc.property(value, (each) => {
      let file: Uint8Array;
      try {
        file = writeTorch(each as TorchValue);
      } catch (error) {
        expect(error).toBeInstanceOf(TorchFileError);
        return;
      }
      written += 1;
      expect(plain(readTorch(file))).toEqual(plain(each));
    }),
    runs(2000),
  );
  expect(written).toBeGreaterThan(500);
});

describe("tensors that are not what they say", () => {
  it.each<[string, TorchTensor, string]>([
    ["too short", tensorOf(new Float32Array(5), [2, 3]), "takes Float32Array of 6 elements"],
    ["too long", tensorOf(new Float32Array(7), [2, 3]), "and has Float32Array of 7"],
    ["of another type", { ...tensorOf(new Float64Array(1)), type: "float32" }, "takes Float32Arr"],
    [
      "of no type",
      { ...tensorOf(new Float64Array(1)), type: "quint8" as "uint8" },
      "is not a type of tensor",
    ],
    ["of half an axis", { ...tensorOf(new Float64Array(1)), shape: [0.5, 2] }, "whole numbers"],
    ["of too many axes", tensorOf(new Float32Array(1), Array(65).fill(1)), "65 axes, of 64"],
  ])("%s are refused", (_, each, message) => {
    expect(() => writeTorch({ each })).toThrow(TorchFileError);
    expect(() => writeTorch({ each })).toThrow(message);
  });
});

describe("what is there twice", () => {
  it("is one thing there, too", () => {
    const weight = tensorOf(Float32Array.of(1, 2));
    const list: TorchValue[] = [1];
    const read = readTorch(writeTorch({ a: weight, b: weight, c: list, d: list })) as TorchDict;
    expect(read.get("a")).toBe(read.get("b"));
    expect(read.get("c")).toBe(read.get("d"));
    const file = writeTorch({ a: weight, b: weight });
    expect(file.length).toBeLessThan(writeTorch({ a: weight, b: { ...weight } }).length);
  });

  it("may be itself, and twice in each other a hundred times", () => {
    const ring: TorchValue[] = [];
    ring.push(ring);
    const read = readTorch(writeTorch(ring)) as TorchValue[];
    expect(read[0]).toBe(read);
    let twice: TorchValue[] = [];
    for (let i = 0; i < 100; i++) twice = [twice, twice];
    expect(writeTorch(twice).length).toBeLessThan(5000);
  });
});

it("far more than its bytes is refused when it is written", () => {
  const many = Array.from({ length: 200_000 }, () => new Map());
  expect(() => writeTorch(many)).toThrow("far more memory");
});
