import { describe, expect, it } from "vitest";
import { trainable } from "../../tests/support/gradients.ts";
import { copyOf, makeNetwork } from "../../tests/support/network.ts";
import { optimize, parameters, sgd } from "../index.ts";
import {
  AutodiffError,
  add,
  addBias,
  createTape,
  gelu,
  linear,
  matmul,
  meanSquaredError,
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
    ["add: expected tensors of one shape, found [4, 5] and [4, 3]", (at) => add(at.x, at.output)],
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
      "softmaxCrossEntropy: expected labels from 0 to 2, found 3 in row 2",
      ({ labels, tape, loss }) => {
        labels[2] = 3;
        tape.backward(loss);
      },
    ],
    ["scale: expected a finite factor, found NaN", ({ x }) => scale(x, NaN)],
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
      "backward: no parameter has a part in this loss",
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
