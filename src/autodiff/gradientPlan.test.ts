import { describe, expect, it } from "vitest";
import { trainable, uniform } from "../../tests/support/gradients.ts";
import {
  add,
  addBias,
  conv2d,
  linear,
  meanSquaredError,
  relu,
  scale,
  type Tensor,
  tanh,
} from "./index.ts";

const size = 64;

/** A recurrent network of some steps: state = tanh(state W + b), each step by its own W and b. */
function recur(state: Tensor, steps: readonly (readonly [w: Tensor, b: Tensor])[]): Tensor {
  return steps.reduce((each, [w, b]) => tanh(linear(each, w, b)), state);
}

/** Bytes that a tape takes once it has computed gradients. */
function bytesOf<const S extends Record<string, readonly number[]>>(
  shapes: S,
  lossOf: (at: Readonly<Record<string, Tensor>>, input: (shape: number[]) => Tensor) => Tensor,
): number {
  // What a memory has once, it has from here on.
  const first = trainable(shapes).tape;
  first.backward(lossOf(first.parameters, (shape) => first.input(shape)));
  const { optimizer, tape } = trainable(shapes);
  const before = optimizer.memory.allocated;
  tape.backward(lossOf(tape.parameters, (shape) => tape.input(shape)));
  return optimizer.memory.allocated - before;
}

describe("a weight that is used many times", () => {
  it("has the sum of its parts as its gradient, to the last bit, from the last use to the first", () => {
    const uses = 12;
    // Too large to share a memory: one keeps the kernels that it had before a test switched relaxed SIMD on.
    const size = 136;
    const values = { w: uniform(size * size, 1).map((x) => x / 8), b: uniform(size, 2) };
    const one = trainable({ w: [size, size], b: [size] }, values);
    const names = Array.from({ length: uses }, (_, i) => [`w${i}`, `b${i}`] as const);
    const all: Record<string, readonly number[]> = {};
    const copies: Record<string, readonly number[]> = {};
    for (const [w, b] of names) {
      all[w] = [size, size];
      all[b] = [size];
      copies[w] = values.w;
      copies[b] = values.b;
    }
    const many = trainable(all, copies);
    const run = ({ tape }: Pick<typeof many, "tape">, steps: [Tensor, Tensor][]) => {
      const start = tape.input([3, size]);
      start.data.set(uniform(3 * size, 3));
      const loss = meanSquaredError(recur(start, steps), tape.input([3, size]));
      tape.backward(loss);
      // What the pass before has left is not there any more.
      return tape.backward(loss);
    };
    const { w, b } = one.tape.parameters;
    const found = run(one as never, Array(uses).fill([w, b]));
    const separate = many.tape.parameters;
    expect(found).toBe(
      run(
        many,
        names.map(([w, b]) => [separate[w]!, separate[b]!]),
      ),
    );
    for (const [name, at] of [
      ["w", 0],
      ["b", 1],
    ] as const) {
      const parts = names.map((each) => many.optimizer.gradients[each[at]]!).toReversed();
      const sum = parts[0]!.slice();
      for (const part of parts.slice(1)) {
        part.forEach((value, i) => void (sum[i] = sum[i]! + value));
      }
      expect(one.optimizer.gradients[name]).toEqual(sum);
    }
  });

  it("takes no array more for each use", () => {
    const bytes = (uses: number) =>
      bytesOf({ w: [size, size], b: [size] }, ({ w, b }, input) => {
        const end = recur(input([1, size]), Array(uses).fill([w!, b!]));
        return meanSquaredError(end, input([1, size]));
      });
    // A state and its gradient, behind linear and behind tanh.
    expect(bytes(100) - bytes(10)).toBe(90 * 4 * size * 4);
  });

  it("takes no packed filters more for each use of a convolution", () => {
    const [channels, side] = [16, 3];
    const shape = [1, side, side, channels];
    const weight = channels * 9 * channels * 4;
    const bytes = (uses: number) =>
      bytesOf({ w: [channels, 3, 3, channels] }, ({ w }, input) => {
        let state = input(shape);
        for (let use = 0; use < uses; use++) {
          state = relu(conv2d(state, w!, undefined, { padding: 1 }));
        }
        return meanSquaredError(state, input(shape));
      });
    expect(bytes(50) - bytes(10)).toBeLessThan(40 * 0.4 * weight);
  });
});

it("adds parts of arrays of several lengths, and of several losses, through one room", () => {
  const { optimizer, tape } = trainable({ small: [3], large: [400, 3] });
  const { small, large } = tape.parameters;
  const wide = tape.input([400, 3]);
  const first = meanSquaredError(add(small, scale(small, 2)), tape.input([3]));
  const sum = addBias(addBias(add(large, scale(large, -3)), small), small);
  const second = meanSquaredError(sum, wide);
  const expectSmall = () => {
    tape.backward(first);
    // ((3 s)^2)' / 3 = 6 s.
    small.data.forEach((s, i) => void expect(optimizer.gradients.small[i]).toBeCloseTo(6 * s, 4));
    expect(optimizer.gradients.large.every((g) => g === 0)).toBe(true);
  };
  expectSmall();
  tape.backward(second);
  // (2 s - 2 l)^2 over 1200 elements: for l -8 (s - l) / 1200, for s the negative of its sum over rows.
  large.data.forEach((l, i) => {
    const expected = (-8 * (small.data[i % 3]! - l)) / 1200;
    expect(optimizer.gradients.large[i]).toBeCloseTo(expected, 6);
  });
  for (let column = 0; column < 3; column++) {
    const rows = optimizer.gradients.large.filter((_, i) => i % 3 === column);
    const expected = -rows.reduce((a, b) => a + b, 0);
    expect(optimizer.gradients.small[column]).toBeCloseTo(expected, 4);
  }
  // The first loss goes on with what its plan had, although the second needed more.
  expectSmall();
});
