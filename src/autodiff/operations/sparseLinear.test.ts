import { expect, it } from "vitest";
import { trainable } from "../../../tests/support/gradients.ts";
import {
  AutodiffError,
  createTape,
  linear,
  meanSquaredError,
  SparseInput,
  sparseLinear,
} from "../index.ts";

const [features, outputs] = [50, 3];

function make() {
  const { optimizer, tape } = trainable({ w: [features, outputs], b: [outputs] });
  const x = new SparseInput({ rows: 2, features });
  const record = (on: typeof tape) => {
    const { w, b } = on.parameters;
    return meanSquaredError(sparseLinear(x, w, b), on.input([2, outputs]));
  };
  const gradient = optimizer.gradients.w;
  const row = (index: number) => gradient.subarray(index * outputs, (index + 1) * outputs);
  const nonZeroRows = () =>
    Array.from({ length: features }, (_, i) => i).filter((i) => row(i).some((g) => g !== 0));
  return { optimizer, tape, x, record, loss: record(tape), row, nonZeroRows };
}

it("touches the rows that it uses, and zeroes those of the step before", () => {
  const { tape, x, loss, nonZeroRows } = make();
  x.set([
    [7, 3],
    [7, 40],
  ]);
  tape.backward(loss);
  expect([...tape.touchedRows(tape.parameters.w)!]).toEqual([7, 3, 40]);
  expect(nonZeroRows()).toEqual([3, 7, 40]);
  for (const row of [0, 49]) {
    x.set([[7], [row]]);
    tape.backward(loss);
    expect([...tape.touchedRows(tape.parameters.w)!]).toEqual([7, row]);
    expect(nonZeroRows()).toEqual([7, row].sort((a, b) => a - b));
  }
  expect(tape.touchedRows(tape.parameters.b)).toBeUndefined();
});

it("leaves all other rows alone", () => {
  const { tape, x, loss, row } = make();
  x.set([[1], [2]]);
  tape.backward(loss);
  // A mark where nothing should be read or written.
  row(5).fill(9);
  x.set([[2], [3]]);
  tape.backward(loss);
  expect([...row(5)]).toEqual([9, 9, 9]);
  expect([...row(1)]).toEqual([0, 0, 0]);
});

it("starts from zero after somebody else wrote the whole gradient", () => {
  const { optimizer, tape, x, loss, record, nonZeroRows } = make();
  x.set([[1], [2]]);
  tape.backward(loss);
  const { w } = tape.parameters;
  const dense = tape.input([2, features]);
  dense.data.fill(1);
  tape.backward(meanSquaredError(linear(dense, w), tape.input([2, outputs])));
  expect(tape.touchedRows(w)).toBeUndefined();
  expect(nonZeroRows()).toHaveLength(features);
  tape.backward(loss);
  expect(nonZeroRows()).toEqual([1, 2]);
  // Another tape on the same optimizer knows what the first one left.
  const other = createTape(optimizer);
  const otherLoss = record(other);
  x.set([[4], [4]]);
  other.backward(otherLoss);
  expect(nonZeroRows()).toEqual([4]);
});

it("grows with its batch and does not shrink", () => {
  const x = new SparseInput({ rows: 2, features });
  x.set([[1, 2, 3], []], [[0.5, 1, 2], []]);
  expect([...x.offsets]).toEqual([0, 3, 3]);
  expect([...x.values.subarray(0, 3)]).toEqual([0.5, 1, 2]);
  const { indices } = x;
  x.set([[9], [8]]);
  expect(x.indices).toBe(indices);
  expect([...x.offsets]).toEqual([0, 1, 2]);
  expect([...x.values.subarray(0, 2)]).toEqual([1, 1]);
});

it("says what is wrong with a batch, and keeps the one that it had", () => {
  const { tape, x } = make();
  x.set([[1], [2]]);
  const expectedFeatures = "SparseInput: expected features that are whole numbers from 0 to 49,";
  const bad: [() => unknown, string][] = [
    [() => x.set([[1]]), "SparseInput: expected 2 rows, found 1"],
    [() => x.set([[1], [2, 50]]), `${expectedFeatures} found 50 at position 1 in row 1`],
    [() => x.set([[1.5], [2]]), `${expectedFeatures} found 1.5 at position 0 in row 0`],
    [
      () => x.set([[3], [2]], [[1], ["1" as unknown as number]]),
      'SparseInput: expected numbers as values, found "1" at position 0 in row 1',
    ],
    [
      () => x.set([[3], [2, 4]], [[1], Array(2) as number[]]),
      "SparseInput: expected numbers as values, found undefined at position 0 in row 1",
    ],
    [() => x.set([[3], [2]], [[1], []]), "SparseInput: expected 1 values in row 1, found 0"],
    [() => x.set([[3], [2]], [[1]]), "SparseInput: expected 2 rows, found 2 and 1 of values"],
    [
      () => new SparseInput({ rows: 0, features: 4 }),
      "SparseInput: expected positive integers, found 0 rows and 4 features",
    ],
    [
      () => sparseLinear(new SparseInput({ rows: 2, features: 4 }), tape.parameters.w),
      "sparseLinear: expected weight [4, out] for 4 features, found [50, 3]",
    ],
    [
      () => sparseLinear(x, tape.parameters.w, tape.parameters.w),
      "sparseLinear: expected bias [3], found [50, 3]",
    ],
  ];
  for (const [run, message] of bad) {
    expect(run).toThrow(new AutodiffError(message));
  }
  expect([...x.indices.subarray(0, 2)]).toEqual([1, 2]);
  expect([...x.offsets]).toEqual([0, 1, 2]);
});
