import { expect, it } from "vitest";
import { trainable } from "../../../tests/support/gradients.ts";
import { adam, optimize, parameters, sparse } from "../../index.ts";
import { createTape, embedding, meanSquaredError } from "../index.ts";

it("writes the rows of the gradient that it looked up, and says which", () => {
  const { optimizer, tape } = trainable({ table: [50, 3] });
  const indices = new Int32Array([7, 3, 7]);
  const y = embedding(indices, tape.parameters.table);
  const loss = meanSquaredError(y, tape.input([3, 3]));
  const gradient = optimizer.gradients.table;
  const filled = () =>
    Array.from({ length: 50 }, (_, row) => row).filter((row) =>
      gradient.subarray(row * 3, row * 3 + 3).some((value) => value !== 0),
    );
  tape.backward(loss);
  expect([...tape.touchedRows(tape.parameters.table)!]).toEqual([7, 3]);
  expect(filled()).toEqual([3, 7]);
  indices.set([0, 49, 49]);
  tape.backward(loss);
  expect([...tape.touchedRows(tape.parameters.table)!]).toEqual([0, 49]);
  expect(filled()).toEqual([0, 49]);
});

it("hands its rows to an optimizer, which leaves the others and their state alone", () => {
  const net = parameters({ table: [6, 2] });
  net.table.data.fill(1);
  const optimizer = optimize(net, adam({ lr: 0.1 }));
  const tape = createTape(optimizer);
  const { table } = tape.parameters;
  const indices = new Uint8Array([4, 1]);
  const loss = meanSquaredError(embedding(indices, table), tape.input([2, 2]));
  const step = () => {
    tape.backward(loss);
    const rows = tape.touchedRows(table)!;
    const gradient = optimizer.gradients.table;
    const values = Array.from(rows).flatMap((row) => [...gradient.subarray(row * 2, row * 2 + 2)]);
    optimizer.step({ table: sparse(rows, values) });
  };
  step();
  const afterFirst = [...net.table.data];
  // Adam's first step is the learning rate against the gradient's sign.
  expect(afterFirst.map((value) => Number(value.toFixed(6)))).toEqual([
    1, 1, 0.9, 0.9, 1, 1, 1, 1, 0.9, 0.9, 1, 1,
  ]);
  indices.set([4, 4]);
  step();
  const moved = [...net.table.data].map((value, i) => value !== afterFirst[i]);
  expect(moved).toEqual([...Array(8).fill(false), true, true, false, false]);
});
