import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { expectClose, trainable, uniform } from "../../tests/support/gradients.ts";
import { copyOf, makeNetwork } from "../../tests/support/network.ts";
import { adam, optimize, parameters } from "../index.ts";
import {
  add,
  conv2d,
  createTape,
  linear,
  maxPool2d,
  meanSquaredError,
  relu,
  reshape,
  SparseInput,
  scale,
  softmaxCrossEntropy,
  sparseLinear,
  type Tensor,
} from "./index.ts";

describe("a tape", () => {
  it("trains in twenty lines", () => {
    const net = parameters({ w1: [2, 8], b1: [8], w2: [8, 2], b2: [2] });
    net.w1.data.set(uniform(16, 1));
    net.w2.data.set(uniform(16, 2));
    const opt = optimize(net, adam({ lr: 0.05 }));
    const tape = createTape(opt);
    const { w1, b1, w2, b2 } = tape.parameters;
    const x = tape.input([4, 2]);
    const logits = linear(relu(linear(x, w1, b1)), w2, b2);
    const loss = softmaxCrossEntropy(logits, new Uint8Array([0, 1, 1, 0]));
    x.data.set([0, 0, 0, 1, 1, 0, 1, 1]);
    for (let step = 0; step < 200; step++) {
      tape.backward(loss);
      opt.step();
    }
    expect(tape.backward(loss)).toBeLessThan(0.01);
  });

  it("overwrites gradients, and zeroes those of parameters without a part in the loss", () => {
    const { gradients, tape, loss } = makeNetwork();
    tape.backward(loss);
    const first = copyOf(gradients);
    for (const gradient of Object.values(gradients)) {
      gradient.fill(NaN);
    }
    tape.step = 0;
    tape.backward(loss);
    expect(copyOf(gradients)).toEqual(first);
    expect([...gradients.unused]).toEqual([0, 0, 0, 0]);
  });

  it("adds up the parts of a parameter that is used several times", () => {
    const { optimizer, tape } = trainable({ w: [3], c: [3] });
    const { w, c } = tape.parameters;
    const zero = tape.input([3]);
    const parts = [meanSquaredError(w, c), scale(meanSquaredError(w, zero), 2)];
    const each = parts.map((part) => {
      tape.backward(part);
      return [...optimizer.gradients.w];
    });
    tape.backward(add(parts[0]!, parts[1]!));
    expectClose(
      optimizer.gradients.w,
      each[0]!.map((value, i) => value + each[1]![i]!),
      4,
    );
  });

  it("takes a parameter of one element as the loss", () => {
    const { optimizer, tape } = trainable({ w: [1], c: [3] });
    expect(tape.backward(tape.parameters.w)).toBe(tape.parameters.w.data[0]);
    expect([...optimizer.gradients.w, ...optimizer.gradients.c]).toEqual([1, 0, 0, 0]);
  });

  it("keeps several losses and other sizes of batch apart", () => {
    const { gradients, tape, network, x, output, loss } = makeNetwork();
    const single = tape.input([1, 5]);
    const of = network(single);
    tape.backward(loss);
    const before = copyOf(gradients);
    const expected = [...tape.forward(output)];
    for (let row = 0; row < 4; row++) {
      single.data.set(x.data.subarray(row * 5, row * 5 + 5));
      expectClose(tape.forward(of), expected.slice(row * 3, row * 3 + 3), 8);
    }
    expect(copyOf(gradients)).toEqual(before);
    tape.backward(meanSquaredError(of, tape.input([1, 3])));
    expect(copyOf(gradients)).not.toEqual(before);
    tape.step = 0;
    tape.backward(loss);
    expect(copyOf(gradients)).toEqual(before);
  });

  it("has the gradients of inputs that ask for them, beside those of parameters", () => {
    const { optimizer, tape } = trainable({ w: [5, 3] });
    const [x, still] = [tape.input([2, 5], { gradient: true }), tape.input([2, 5])];
    x.data.set(uniform(10, 4));
    still.data.set(uniform(10, 5));
    expect(() => tape.gradientOf(x)).toThrow("gradientOf: expected a parameter, or an input");
    const loss = meanSquaredError(linear(add(x, still), tape.parameters.w), tape.input([2, 3]));
    tape.valueAndGradients(loss);
    const found = tape.gradientOf(x).slice();
    const differences = Array.from(found, (_, i) => {
      const at = (by: number) => {
        const sums = Array.from(x.data, (value, j) => value + still.data[j]! + (i === j ? by : 0));
        const y = Array.from({ length: 6 }, (_, k) => {
          const [row, column] = [Math.floor(k / 3), k % 3];
          return [0, 1, 2, 3, 4].reduce(
            (s, d) => s + sums[row * 5 + d]! * tape.parameters.w.data[d * 3 + column]!,
            0,
          );
        });
        return y.reduce((s, value) => s + value * value, 0) / 6;
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expectClose(found, differences);
    expect(tape.gradientOf(tape.parameters.w)).toBe(optimizer.gradients.w);
    expect(() => tape.gradientOf(still)).toThrow("gradientOf: expected a parameter, or an input");
    expect(() => tape.gradientOf(loss)).toThrow("gradientOf: expected a parameter, or an input");
  });

  it("has gradients of inputs without any parameter in the loss", () => {
    const { tape } = trainable({ w: [2] });
    const x = tape.input([2], { gradient: true });
    x.data.set([3, 4]);
    expect(tape.backward(meanSquaredError(x, tape.input([2])))).toBe(12.5);
    expect([...tape.gradientOf(x)]).toEqual([3, 4]);
    expect([...tape.gradientOf(tape.parameters.w)]).toEqual([0, 0]);
  });

  it("takes operations from outside, and asks for no derivative that nobody needs", () => {
    const { optimizer, tape } = trainable({ w: [3] });
    const x = tape.input([3]);
    x.data.set([2, 3, 4]);
    /** x w, whose derivative for x must not be asked for. */
    const product = (a: Tensor, w: Tensor): Tensor =>
      a.tape.record({
        name: "product",
        inputs: [a, w],
        shape: a.shape,
        forward: (output) => output.set(a.data.map((value, i) => value * w.data[i]!)),
        backward: [
          () => expect.unreachable(),
          (gradient, target) => target.set(gradient.map((value, i) => value * a.data[i]!)),
        ],
      });
    const { w } = tape.parameters;
    tape.backward(meanSquaredError(product(x, w), tape.input([3])));
    const expected = [...w.data].map((value, i) => (2 / 3) * value * x.data[i]! ** 2);
    expectClose(optimizer.gradients.w, expected, 8);
  });

  it("goes on when memory grows under it", () => {
    const { optimizer, gradients, tape, loss } = makeNetwork();
    tape.backward(loss);
    const before = copyOf(gradients);
    optimizer.memory.allocate(64 * 1024 * 1024);
    tape.step = 0;
    tape.backward(loss);
    expect(copyOf(gradients)).toEqual(before);
  });
});

describe("from step to step", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  it("takes no memory, neither from the parameters' nor from JavaScript's", () => {
    const { optimizer, tape, loss, output } = makeNetwork();
    const sparse = new SparseInput({ rows: 4, features: 5 });
    const other = meanSquaredError(
      sparseLinear(sparse, tape.parameters.w1, tape.parameters.b1),
      tape.input([4, 6]),
    );
    const image = tape.input([2, 5, 5, 1]);
    const filters = reshape(tape.parameters.w1, [6, 1, 5, 1]);
    const pooled = maxPool2d(conv2d(image, filters, tape.parameters.b1, { padding: 1 }), 2);
    const convolved = meanSquaredError(pooled, tape.input(pooled.shape));
    const rows = [[1, 2], [3], [], [0]];
    const run = (steps: number) => {
      for (let step = 0; step < steps; step++) {
        tape.backward(loss);
        optimizer.step();
        sparse.set(rows);
        tape.backward(other);
        tape.backward(convolved);
        tape.forward(output);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const used = [run(1000)];
    const { allocated } = optimizer.memory;
    for (let round = 0; round < 5; round++) {
      used.push(run(1000));
    }
    expect(optimizer.memory.allocated).toBe(allocated);
    // An object kept in each step would be 16 kB in every round; compiled code comes only in some.
    const growth = used.slice(1).map((bytes, round) => bytes - used[round]!);
    expect(Math.min(...growth)).toBeLessThan(12_000);
  });

  it("gives everything back", () => {
    const { optimizer, tape, loss } = makeNetwork();
    tape.backward(loss);
    const { allocated } = optimizer.memory;
    const second = createTape(optimizer);
    const x = second.input([100, 5]);
    second.backward(meanSquaredError(linear(x, second.parameters.w1), second.input([100, 6])));
    expect(optimizer.memory.allocated).toBeGreaterThan(allocated);
    second[Symbol.dispose]();
    expect(optimizer.memory.allocated).toBe(allocated);
    expect(() => second.forward(x)).toThrow("forward: the tape is disposed");
    expect(() => relu(x)).toThrow("relu: the tape is disposed");
    expect(() => second.input([2])).toThrow("input: the tape is disposed");
  });
});
