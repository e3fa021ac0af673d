/** Row and class numbers that are none: refused in the pass that reads them, before a gradient is written. */
import { describe, expect, it } from "vitest";
import { trainable } from "../../tests/support/gradients.ts";
import { copyOf } from "../../tests/support/network.ts";
import {
  AutodiffError,
  embedding,
  linear,
  meanSquaredError,
  SparseInput,
  softmaxCrossEntropy,
  sparseLinear,
} from "./index.ts";

const rows = 5;

/** What is no whole number from 0 to below 5, and how errors print it. */
const wrong: readonly (readonly [unknown, string])[] = [
  ...[1.5, NaN, -1, -0.5, 4.000001, 5, 2 ** 32, Infinity, -Infinity].map(
    (value) => [value, String(value)] as const,
  ),
  ...[undefined, null, true].map((value) => [value, String(value)] as const),
  ["1", '"1"'],
  [1n, "1n"],
  [[1], "[1]"],
  [{}, "an object"],
];

/** Losses of three numbers each, which are read at each pass; the last parameter lies behind the table. */
const losses = {
  embedding(numbers: ArrayLike<number>) {
    const at = trainable({ table: [rows, 16], other: [16] });
    const y = embedding(numbers as Uint8Array, at.tape.parameters.table);
    return { ...at, loss: meanSquaredError(y, at.tape.input([3, 16])), what: "indices" };
  },
  softmaxCrossEntropy(numbers: ArrayLike<number>) {
    const at = trainable({ w: [2, rows], b: [rows], other: [16] });
    const x = at.tape.input([3, 2]);
    x.data.fill(1);
    const logits = linear(x, at.tape.parameters.w, at.tape.parameters.b);
    return { ...at, loss: softmaxCrossEntropy(logits, numbers as Uint8Array), what: "labels" };
  },
};

describe.each(Object.entries(losses))("%s", (name, lossOf) => {
  it.each(wrong)("refuses %s at any replay, and changes no gradient", (value, printed) => {
    const numbers = [4, 0, 2];
    const { optimizer, tape, loss, what } = lossOf(numbers);
    tape.backward(loss);
    const before = copyOf(optimizer.gradients);
    const { step } = tape;
    for (const position of [0, 2]) {
      numbers.splice(0, 3, 1, 3, 1);
      numbers[position] = value as number;
      const error = new AutodiffError(
        `${name}: expected ${what} that are whole numbers from 0 to 4, found ${printed} at position ${position}`,
      );
      expect(() => tape.backward(loss)).toThrow(error);
      expect(() => tape.forward(loss)).toThrow(error);
    }
    expect(copyOf(optimizer.gradients)).toEqual(before);
    expect(tape.step).toBe(step);
    numbers.splice(0, 3, 4, 0, 2);
    tape.backward(loss);
    expect(copyOf(optimizer.gradients)).toEqual(before);
  });

  it("refuses fractions in a Float32Array, and takes whole numbers from any array", () => {
    const floats = new Float32Array([4, 0, 2]);
    const at = lossOf(floats);
    const expected = lossOf(new Uint8Array([4, 0, 2]));
    const plain = lossOf([4, -0, 2]);
    const value = expected.tape.backward(expected.loss);
    for (const { tape, loss, optimizer } of [at, plain]) {
      expect(tape.backward(loss)).toBe(value);
      expect(copyOf(optimizer.gradients)).toEqual(copyOf(expected.optimizer.gradients));
    }
    floats[1] = 0.5;
    expect(() => at.tape.backward(at.loss)).toThrow("found 0.5 at position 1");
  });

  it("refuses more or fewer than were recorded", () => {
    const numbers = [4, 0, 2];
    const { tape, loss, what } = lossOf(numbers);
    for (const other of [
      [4, 0],
      [4, 0, 2, 1],
    ]) {
      numbers.splice(0, numbers.length, ...other);
      expect(() => tape.backward(loss)).toThrow(
        `${name}: expected 3 ${what} as when it was recorded, found ${other.length}`,
      );
    }
  });
});

describe("sparseLinear", () => {
  function make() {
    const at = trainable({ w: [rows, 16], other: [16] });
    const x = new SparseInput({ rows: 2, features: rows });
    x.set([[1, 3], [4]]);
    const y = sparseLinear(x, at.tape.parameters.w);
    return { ...at, x, loss: meanSquaredError(y, at.tape.input([2, 16])) };
  }

  it.each<[string, (x: SparseInput) => void, string]>([
    [
      "a feature",
      (x) => void (x.indices[2] = 5),
      "features that are whole numbers from 0 to 4, found 5 at position 2, in row 1",
    ],
    [
      "a negative one",
      (x) => void (x.indices[0] = -1),
      "features that are whole numbers from 0 to 4, found -1 at position 0, in row 0",
    ],
    [
      "one of another array",
      (x) => void (x.indices = new Float32Array([1, 1.5, 2]) as unknown as Int32Array<ArrayBuffer>),
      "features that are whole numbers from 0 to 4, found 1.5 at position 1, in row 0",
    ],
    [
      "an offset behind the entries",
      (x) => void (x.offsets[2] = 100),
      "offsets that ascend from 0 to at most 6, the number of entries, found 2 and 100 around row 1; fill the input with set(...)",
    ],
    [
      "offsets that descend",
      (x) => void x.offsets.set([2, 1, 3]),
      "offsets that ascend from 0 to at most 6, the number of entries, found 2 and 1 around row 0; fill the input with set(...)",
    ],
    [
      "a negative offset",
      (x) => void (x.offsets[0] = -1),
      "offsets that ascend from 0 to at most 6, the number of entries, found -1 and 2 around row 0; fill the input with set(...)",
    ],
    [
      "fewer values",
      (x) => void (x.values = new Float32Array(2)),
      "offsets that ascend from 0 to at most 2, the number of entries, found 2 and 3 around row 1; fill the input with set(...)",
    ],
  ])("refuses %s that somebody wrote into its input", (_, damage, message) => {
    const { optimizer, tape, x, loss } = make();
    tape.backward(loss);
    const before = copyOf(optimizer.gradients);
    damage(x);
    expect(() => tape.backward(loss)).toThrow(
      new AutodiffError(`sparseLinear: expected ${message}`),
    );
    expect(copyOf(optimizer.gradients)).toEqual(before);
  });
});
