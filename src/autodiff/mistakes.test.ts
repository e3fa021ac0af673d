import { describe, expect, it } from "vitest";
import { trainable } from "../../tests/support/gradients.ts";
import { copyOf, makeNetwork } from "../../tests/support/network.ts";
import { optimize, parameters, sgd } from "../index.ts";
import {
  AutodiffError,
  add,
  addBias,
  conv2d,
  createTape,
  embedding,
  gelu,
  layerNorm,
  linear,
  matmul,
  maxPool2d,
  meanSquaredError,
  reshape,
  scale,
  softmaxCrossEntropy,
} from "./index.ts";

describe("mistakes", () => {
  it.each<[string, (at: ReturnType<typeof makeNetwork>) => unknown]>([
    [
      "linear: expected weight [5, out] for x [4, 5], found [6, 3]",
      ({ x, tape }) => linear(x, tape.parameters.w2),
    ],
    [
      "linear: expected bias [6], found [3]",
      ({ x, tape }) => linear(x, tape.parameters.w1, tape.parameters.b2),
    ],
    [
      "matmul: expected A [rows, depth] and B [depth, columns], found [4, 5] and [6, 3]",
      ({ x, tape }) => matmul(x, tape.parameters.w2),
    ],
    [
      "matmul: expected A [depth, rows] and B [columns, depth], found [4, 5] and [6, 3]",
      ({ x, tape }) => matmul(x, tape.parameters.w2, { transposeA: true, transposeB: true }),
    ],
    [
      "matmul: expected A [rows, depth] and B [depth, columns], found [6] and [6, 3]",
      ({ tape }) => matmul(tape.parameters.b1, tape.parameters.w2),
    ],
    [
      "add: expected shapes that are the same from their last dimension on, or 1 there, found [4, 5] and [4, 3]",
      (at) => add(at.x, at.output),
    ],
    ["addBias: expected bias [5], found [6]", ({ x, tape }) => addBias(x, tape.parameters.b1)],
    [
      "meanSquaredError: expected target [4, 3], found [4, 5]",
      ({ x, output }) => meanSquaredError(output, x),
    ],
    [
      "softmaxCrossEntropy: expected 4 labels for logits [4, 3], found 2",
      ({ output }) => softmaxCrossEntropy(output, new Uint8Array(2)),
    ],
    [
      "softmaxCrossEntropy: expected logits [batch, classes], found [3]",
      ({ tape }) => softmaxCrossEntropy(tape.parameters.b2, new Uint8Array(3)),
    ],
    [
      "softmaxCrossEntropy: expected labels that are whole numbers from 0 to 2, found 3 at position 2",
      ({ labels, tape, loss }) => {
        labels[2] = 3;
        tape.backward(loss);
      },
    ],
    [
      "conv2d: expected x [batch, height, width, channels], found [4, 5]",
      ({ x, tape }) => conv2d(x, tape.input([8, 3, 3, 5])),
    ],
    [
      "conv2d: expected weight [filters, height, width, 2] for x [4, 6, 6, 2], found [8, 3, 3, 1]",
      ({ tape }) => conv2d(tape.input([4, 6, 6, 2]), tape.input([8, 3, 3, 1])),
    ],
    [
      "conv2d: expected weight [filters, height, width, 2] for x [4, 6, 6, 2], found [6]",
      ({ tape }) => conv2d(tape.input([4, 6, 6, 2]), tape.parameters.b1),
    ],
    [
      "conv2d: expected bias [8], found [6]",
      ({ tape }) => conv2d(tape.input([4, 6, 6, 2]), tape.input([8, 3, 3, 2]), tape.parameters.b1),
    ],
    [
      "conv2d: expected images of at least 3 x 5 pixels with their padding, found 6 x 4",
      ({ tape }) =>
        conv2d(tape.input([1, 4, 2, 1]), tape.input([1, 3, 5, 1]), undefined, { padding: 1 }),
    ],
    [
      "conv2d: expected stride as a positive whole number or two, found 0",
      ({ tape }) =>
        conv2d(tape.input([1, 4, 4, 1]), tape.input([1, 3, 3, 1]), undefined, { stride: 0 }),
    ],
    [
      "conv2d: expected padding as a whole number, 0 or more, or two, found [1,-1]",
      ({ tape }) =>
        conv2d(tape.input([1, 4, 4, 1]), tape.input([1, 3, 3, 1]), undefined, {
          padding: [1, -1],
        }),
    ],
    [
      "maxPool2d: expected x [batch, height, width, channels], found [4, 5]",
      ({ x }) => maxPool2d(x, 2),
    ],
    [
      "maxPool2d: expected size as a positive whole number or two, found 1.5",
      ({ tape }) => maxPool2d(tape.input([1, 4, 4, 1]), 1.5, { stride: 1 }),
    ],
    [
      "maxPool2d: expected images of at least 5 x 5 pixels, found 4 x 4",
      ({ tape }) => maxPool2d(tape.input([1, 4, 4, 1]), 5),
    ],
    [
      "embedding: expected table [rows, columns], found [6]",
      ({ tape }) => embedding(new Uint8Array(2), tape.parameters.b1),
    ],
    [
      "embedding: expected at least one index, found none",
      ({ tape }) => embedding(new Uint8Array(0), tape.parameters.w1),
    ],
    [
      "layerNorm: expected gain [5], found [6]",
      ({ x, tape }) => layerNorm(x, tape.parameters.b1, tape.parameters.b1),
    ],
    [
      "layerNorm: expected bias [5], found [6]",
      ({ x, tape }) => layerNorm(x, tape.input([5]), tape.parameters.b1),
    ],
    [
      "layerNorm: expected eps of 0 or more, found -1",
      ({ x, tape }) => layerNorm(x, tape.input([5]), tape.input([5]), -1),
    ],
    ...[[4, 6], [-1, -1], [-1, 3], [20.5], [0, -1]].map(
      (wrong): [string, (at: ReturnType<typeof makeNetwork>) => unknown] => [
        `reshape: expected a shape of 20 elements for x [4, 5], found [${wrong.join(", ")}]`,
        ({ x }) => reshape(x, wrong),
      ],
    ),
    ["scale: expected a factor that is finite in float32, found NaN", ({ x }) => scale(x, NaN)],
    [
      'gelu: expected approximate "none" or "tanh", found "erf"',
      // @ts-expect-error: only "none" and "tanh"
      ({ x }) => gelu(x, { approximate: "erf" }),
    ],
    [
      "input: expected a shape of positive integers, found [0, 3]",
      ({ tape }) => tape.input([0, 3]),
    ],
    [
      "backward: expected a loss of one element, found a tensor [4, 3]",
      ({ tape, output }) => tape.backward(output),
    ],
    [
      "backward: no parameter contributes to this loss",
      ({ tape, x }) => tape.backward(meanSquaredError(x, x)),
    ],
    [
      "linear: the tensor belongs to another tape",
      ({ x }) => linear(x, makeNetwork().tape.parameters.w1),
    ],
    [
      "backward: the tensor belongs to another tape",
      ({ tape }) => tape.backward(makeNetwork().loss),
    ],
    [
      "no parameter `w11`; did you mean `w1`?",
      // @ts-expect-error: there is no such parameter
      ({ tape }) => tape.parameters.w11,
    ],
    [
      "createTape: expected an integer seed, found 0.5",
      (at) => createTape(at.optimizer, { seed: 0.5 }),
    ],
  ])("%s", (message, mistake) => {
    const at = makeNetwork();
    at.tape.backward(at.loss);
    const before = copyOf(at.gradients);
    const { step } = at.tape;
    expect(() => mistake(at)).toThrow(new AutodiffError(message));
    expect(copyOf(at.gradients)).toEqual(before);
    expect(at.tape.step).toBe(step);
  });

  it("names a parameter that is float64", () => {
    const opt = optimize(parameters({ w: [3] }, { type: "float64" }), sgd());
    // @ts-expect-error: float64
    expect(() => createTape(opt)).toThrow(
      "createTape: expected parameter `w` in float32, found float64",
    );
  });

  it("names a parameter that lies elsewhere", () => {
    const opt = optimize({ ...parameters({ w: [3] }), b: new Float32Array(3) }, sgd());
    expect(() => createTape(opt)).toThrow(
      "createTape: parameter `b` lies outside the optimizer's memory; make it with parameters(...)",
    );
  });

  it("does not write into the gradients of a disposed optimizer", () => {
    const { optimizer, tape, loss } = makeNetwork();
    optimizer.dispose();
    expect(() => tape.backward(loss)).toThrow("disposed");
  });

  it("does not write into gradients that nobody looks at any more", () => {
    const { optimizer } = trainable({ w: [1] });
    const { parameters, memory, gradients } = optimizer;
    const changing = { parameters, memory, gradients };
    const tape = createTape(changing);
    changing.gradients = { ...gradients };
    expect(() => tape.backward(tape.parameters.w)).toThrow("has other gradients than when");
  });

  it("stops a recording that has slipped into the training loop", () => {
    const { tape } = trainable({ w: [1] });
    const { w } = tape.parameters;
    expect(() => {
      for (;;) {
        tape.backward(scale(w, 2));
      }
    }).toThrow("record once, before the training loop");
  });
});
