import { expect, it } from "vitest";
import { expectClose, trainable, uniform } from "../../../tests/support/gradients.ts";
import { inSeveralCalls } from "../../../tests/support/ranges.ts";
import { enableRelaxedSimd } from "../../../tests/support/relaxedSimd.ts";
import type { Memory } from "../../runtime/memory/memory.ts";
import { add, conv2d, meanSquaredError, type Tape } from "../index.ts";
import { instantiateKernels, type Kernels } from "../kernels/index.ts";
import { inOneCall, type RunRanges } from "../products/ranges.ts";

enableRelaxedSimd();

const shapes = { w: [5, 3, 3, 2], b: [5] } as const;
const size = 20 * 20 * 2;

/** The loss of a convolution of images; its gradients are those of the mean over all of y. */
function convolve(tape: Tape<typeof shapes>, images: readonly number[]) {
  const x = tape.input([images.length / size, 20, 20, 2]);
  x.data.set(images);
  const { w, b } = tape.parameters;
  const y = conv2d(x, w, b, { padding: 1 });
  return { y, loss: meanSquaredError(y, tape.input(y.shape)) };
}

it("has for many images what it has for each of them", () => {
  const count = 12;
  const images = uniform(count * size, 1);
  const { optimizer, tape } = trainable(shapes);
  const { y, loss } = convolve(tape, images);
  tape.backward(loss);
  const all = { w: [...optimizer.gradients.w], b: [...optimizer.gradients.b] };
  const sums = { w: all.w.map(() => 0), b: all.b.map(() => 0) };
  for (let image = 0; image < count; image++) {
    const single = trainable(shapes);
    const one = convolve(single.tape, images.slice(image * size, (image + 1) * size));
    single.tape.backward(one.loss);
    const place = image * one.y.data.length;
    expect(y.data.subarray(place, place + one.y.data.length)).toEqual(one.y.data);
    for (const name of ["w", "b"] as const) {
      single.optimizer.gradients[name].forEach((value, i) => {
        sums[name][i]! += value / count;
      });
    }
  }
  // Sums of 4,800 terms: 400 in each image.
  expectClose(all.w, sums.w, 256);
  expectClose(all.b, sums.b, 256);
});

it("sends the gradient of many images back to each of them", () => {
  const count = 12;
  const inputs = { x: [count, 20, 20, 2], w: [5, 3, 3, 2] } as const;
  const { optimizer, tape } = trainable(inputs);
  const { x, w } = tape.parameters;
  const y = conv2d(x, w, undefined, { padding: 1 });
  tape.backward(meanSquaredError(y, tape.input(y.shape)));
  for (const image of [0, 5, 11]) {
    const part = x.data.slice(image * size, (image + 1) * size);
    const values = { x: [...part], w: [...w.data] };
    const single = trainable({ ...inputs, x: [1, 20, 20, 2] }, values);
    const of = conv2d(single.tape.parameters.x, single.tape.parameters.w, undefined, {
      padding: 1,
    });
    single.tape.backward(meanSquaredError(of, single.tape.input(of.shape)));
    expectClose(
      optimizer.gradients.x.subarray(image * size, (image + 1) * size),
      [...single.optimizer.gradients.x].map((value) => value / count),
      8,
    );
  }
});

it("may be recorded twice on one tensor", () => {
  const { optimizer, tape } = trainable({ x: [1, 4, 4, 1], w: [1, 3, 3, 1] });
  const { x, w } = tape.parameters;
  const once = conv2d(x, w);
  const zero = tape.input(once.shape);
  tape.backward(meanSquaredError(once, zero));
  const gradient = [...optimizer.gradients.w];
  tape.backward(meanSquaredError(add(conv2d(x, w), conv2d(x, w)), zero));
  expectClose(
    optimizer.gradients.w,
    gradient.map((value) => 4 * value),
    8,
  );
});

const inputs = { x: [7, 9, 6, 3], w: [10, 3, 2, 3], b: [10] } as const;

/** Result and gradients of a convolution whose kernels run like this. */
function run(make: (memory: Memory, kernels: Kernels) => RunRanges, fused: boolean): number[][] {
  const { optimizer, tape } = trainable(inputs);
  const { memory } = optimizer;
  Object.assign(tape, { runRanges: make(memory, instantiateKernels(memory, fused)) });
  const { x, w, b } = tape.parameters;
  const y = conv2d(x, w, b, { stride: [2, 1] });
  tape.backward(meanSquaredError(y, tape.input(y.shape)));
  return [y.data, ...Object.values(optimizer.gradients)].map((array) => [...array]);
}

it.each([false, true])("has the same bits in ranges of images and filters; fused: %s", (fused) => {
  expect(run(inSeveralCalls, fused)).toEqual(run(inOneCall, fused));
});

it("has the same results with fused multiply-adds, but for rounding", () => {
  const [plain, fused] = [run(inOneCall, false), run(inOneCall, true)];
  plain.forEach((values, index) => {
    expectClose(fused[index]!, values, 16);
  });
  expect(fused).not.toEqual(plain);
});
