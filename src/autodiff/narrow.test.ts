/** Tapes on parameters in 16 bits: they compute in float32 of what is kept, and leave gradients as bits. */
import { expect, test } from "vitest";
import { in16Bits } from "../../tests/support/storages.ts";
import { fromFloat32, optimize, parameters, sgd, toFloat32 } from "../index.ts";
import {
  createTape,
  embedding,
  linear,
  meanSquaredError,
  relu,
  type Tape,
  type Tensor,
} from "./index.ts";

const shapes = { w1: [4, 6], b1: [6], w2: [6, 3], unused: [2] } as const;

const start = (length: number, name: string): number[] =>
  Array.from({ length }, (_, i) => Math.sin(i * 1.7 + name.length) / 2);

function lossOf(tape: Tape<typeof shapes>): Tensor {
  const { w1, b1, w2 } = tape.parameters;
  const x = tape.input([5, 4]);
  x.data.set(start(20, "x"));
  const target = tape.input([5, 3]);
  target.data.set(start(15, "target"));
  return meanSquaredError(linear(relu(linear(x, w1, b1)), w2), target);
}

test.each(in16Bits)("losses and gradients are those of the numbers: $name", (storage) => {
  const [net, wide] = [parameters(shapes, { type: storage }), parameters(shapes)];
  for (const name of Object.keys(shapes) as (keyof typeof shapes)[]) {
    net[name].data.set(fromFloat32(start(net[name].data.length, name), storage));
    wide[name].data.set(toFloat32(net[name].data, storage));
  }
  using optimizer = optimize(net, sgd({ lr: 0.5 }));
  using other = optimize(wide, sgd({ lr: 0.5 }));
  using tape = createTape(optimizer);
  using wideTape = createTape(other);
  const [loss, wideLoss] = [lossOf(tape as never), lossOf(wideTape as never)];
  const first = tape.backward(loss);
  expect(first).toBe(wideTape.backward(wideLoss));
  for (const name of Object.keys(shapes) as (keyof typeof shapes)[]) {
    expect(optimizer.gradients[name]).toEqual(fromFloat32(other.gradients[name], storage));
  }
  expect(optimizer.gradients.w1.some((bits) => bits !== 0)).toBe(true);
  // What a step, or the user, has made of the parameters counts at the next pass.
  optimizer.step();
  const next = tape.forward(loss)[0]!;
  expect(next).toBeLessThan(first);
  wide.w1.data.set(toFloat32(net.w1.data, storage));
  wide.b1.data.set(toFloat32(net.b1.data, storage));
  wide.w2.data.set(toFloat32(net.w2.data, storage));
  expect(next).toBe(wideTape.forward(wideLoss)[0]);
});

test("rows that are touched are known, and others are zero", () => {
  const [storage] = in16Bits;
  const net = parameters({ words: [5, 2] }, { type: storage! });
  net.words.data.set(fromFloat32(start(10, "words"), storage!));
  using optimizer = optimize(net, sgd());
  using tape = createTape(optimizer);
  const { words } = tape.parameters;
  const indices = Uint32Array.of(3, 1);
  const loss = meanSquaredError(embedding(indices, words), tape.input([2, 2]));
  tape.backward(loss);
  expect([...tape.touchedRows(words)!].sort()).toEqual([1, 3]);
  const touched = (row: number) =>
    [...optimizer.gradients.words.subarray(2 * row, 2 * row + 2)].some((bits) => bits !== 0);
  expect([0, 1, 2, 3, 4].filter(touched)).toEqual([1, 3]);
  indices.fill(4);
  tape.backward(loss);
  expect([0, 1, 2, 3, 4].filter(touched)).toEqual([4]);
});
