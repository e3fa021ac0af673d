import { describe, expect, it } from "vitest";
import {
  accumulate,
  adam,
  adamw,
  bfloat16,
  block8,
  chain,
  compensated,
  defineOptimizer,
  ema,
  galore,
  getHyper,
  optimize,
  parameters,
  remap,
  setHyper,
  sparse,
} from "../index.ts";
import { BindingError, DisposedError, EvaluationError } from "./errors.ts";

const small = () => {
  const net = parameters({ w: [4, 2], b: [3] });
  net.w.data.set([1, 2, 3, 4, 5, 6, 7, 8]);
  return net;
};

const smallGradients = (step: number, rows = 4) => ({
  w: Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(step + i)),
  b: [1, 2, 3],
});

it("gradients that wait for an update follow their rows, in the same arrays and in new ones", () => {
  for (const isElsewhere of [false, true]) {
    const net = small();
    const first = accumulate(net, chain(adam({ lr: 0.1 }), ema(0.5)), { steps: 3 });
    for (const step of [1, 2, 3, 4]) first.step(smallGradients(step));
    expect(first.pending).toBe(1);
    const { total } = { total: first.state().nested["accumulation"]!.parameters["w"]! };
    const sums = Array.from(total["accumulation.total"]!);
    const rows = [3, 1, -1, 0];
    const more = parameters({ w: [4, 2] });
    more.w.data.set(net.w.data);
    using optimizer = isElsewhere
      ? remap(first, rows, { parameters: more })
      : remap(first, rows, { parameters: ["w"] });
    expect(optimizer.pending).toBe(1);
    const now = optimizer.state().nested["accumulation"]!.parameters["w"]!["accumulation.total"]!;
    expect(Array.from(now)).toEqual(
      rows.flatMap((row) => (row < 0 ? [0, 0] : sums.slice(2 * row, 2 * row + 2))),
    );
    for (const step of [5, 6]) optimizer.step(smallGradients(step) as never);
    expect(optimizer.steps).toBe(2);
    expect(optimizer.pending).toBe(0);
  }
});

it("values that were set, and threads, stay", () => {
  const net = small();
  const first = optimize(net, adamw({ lr: 0.1 }), { threads: 2 });
  setHyper(first, { lr: 0.25 });
  first.step(smallGradients(1));
  const more = parameters({ w: [6, 2] });
  using next = remap(first, [0, 1, 2, 3, -1, -1], { parameters: more });
  expect(next.maxThreads).toBe(2);
  next.step(smallGradients(2, 6) as never);
  expect(next.steps).toBe(2);
  expect(getHyper(next, "lr", "w")).toBe(0.25);
  expect(() => first.step(smallGradients(3))).toThrow(DisposedError);
});

it("a sparse gradient can step new rows", () => {
  const net = small();
  const first = optimize(net, adam({ lr: 0.1 }));
  first.step({ w: sparse([1], [1, 2]), b: [1, 2, 3] });
  const more = parameters({ w: [5, 2] });
  using next = remap(first, [0, 1, 2, 3, -1], { parameters: more });
  next.step({ w: sparse([4], [1, 2]), b: [1, 2, 3] });
  expect(more.w.data.subarray(0, 8).every((each) => each === 0)).toBe(true);
  expect(more.w.data[8]).not.toBe(0);
});

const counted = defineOptimizer({
  name: "adamByRow",
  hyper: { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  state: { n: 0, m: 0, v: 0 },
  rule: `
    n = n + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^n)) / (sqrt(v / (1 - beta2^n)) + eps)
  `,
});

it("a rule may count the steps of each row, so that a new row begins at its first step", () => {
  const net = small();
  const first = optimize(net, counted());
  for (const step of [1, 2, 3]) first.step(smallGradients(step));
  const more = parameters({ w: [2, 2] });
  using next = remap(first, [3, -1], { parameters: more });
  next.step({ w: [1, 1, 1, 1], b: [1, 2, 3] });
  const { w } = next.state().parameters;
  expect(Array.from(w!["adamByRow.n"]!)).toEqual([4, 4, 1, 1]);
  // The first step of Adam has the size of the rate. In float32, 1 - beta2^n is three digits less precise per element than on the
  // host.
  for (const value of more.w.data.subarray(2)) expect(value).toBeCloseTo(-0.1, 5);
});

describe("states in a storage", () => {
  /** The numbers of a state after some steps. */
  const run = (width: number, storage: object, rows: readonly number[], isElsewhere: boolean) => {
    const height = 4;
    const net = parameters({ w: [height, width] });
    const first = optimize(net, adam(), storage as object);
    const gradient = Float32Array.from(
      { length: height * width },
      (_, i) => 10 ** (i % 5) * Math.sin(i),
    );
    first.step({ w: gradient });
    const before = first.state().parameters["w"]!["adam.m"]!;
    const more = parameters({ w: [rows.length, width] });
    const next = isElsewhere ? remap(first, rows, { parameters: more }) : remap(first, rows);
    const after = next.state().parameters["w"]!["adam.m"]!;
    next.dispose();
    return [before, after] as const;
  };

  it.each([false, true])(
    "with 16 bits, or blocks of whole rows, keep their bits (elsewhere: %s)",
    (isElsewhere) => {
      for (const [width, storage, size] of [
        [3, bfloat16, 3],
        [2048, block8, 2048 + 8 * 4],
      ] as const) {
        const rows = [2, -1, 0, 2];
        const [before, after] = run(width, { storage: { state: storage } }, rows, isElsewhere);
        for (const [to, row] of rows.entries()) {
          const expected =
            row < 0
              ? Array(size).fill(0)
              : Array.from(before.subarray(row * size, (row + 1) * size));
          expect(Array.from(after.subarray(to * size, (to + 1) * size))).toEqual(expected);
        }
      }
    },
  );

  it.each([false, true])(
    "with several rows in a block are encoded again (elsewhere: %s)",
    (isElsewhere) => {
      const width = 1500;
      const rows = [3, 3, -1, 0];
      const numbers = (bytes: ArrayLike<number>) => {
        const found = new Float32Array(4 * width);
        const blocks = block8.blocks!;
        const size = blocks.length + blocks.head;
        for (let at = 0, start = 0; at < found.length; at += blocks.length, start += size) {
          const count = Math.min(blocks.length, found.length - at);
          const part = Uint8Array.from(bytes as Uint8Array).subarray(
            start,
            start + blocks.head + count,
          );
          blocks.decode(part, found.subarray(at, at + count));
        }
        return found;
      };
      const all = run(width, { storage: { state: block8 } }, rows, isElsewhere);
      const [before, after] = all.map(numbers);
      for (const [to, row] of rows.entries()) {
        const was =
          row < 0 ? new Float32Array(width) : before!.subarray(row * width, (row + 1) * width);
        const now = after!.subarray(to * width, (to + 1) * width);
        for (const [index, number] of was.entries()) {
          // Each is rounded once more to a code of 8 bits: by a sixteenth of itself, or by the smallest number relative to the
          // largest.
          const most = Math.abs(number) / 16 + 10 ** 4 * 1e-6;
          expect(Math.abs(now[index]! - number)).toBeLessThanOrEqual(most);
        }
      }
    },
  );

  it("the array beside parameters in 16 bits follows", () => {
    const net = parameters({ w: [3, 2] }, { type: compensated(bfloat16) });
    const first = optimize(net, adam({ lr: 0.001 }));
    for (let step = 0; step < 5; step++) first.step({ w: [1, 2, 3, 4, 5, 6] });
    const before = structuredClone(first.state().parameters["w"]!);
    const rows = [2, 0, -1];
    const next = remap(first, rows);
    for (const [slot, array] of Object.entries(next.state().parameters["w"]!)) {
      const was = before[slot]!;
      expect(Array.from(array), slot).toEqual(
        rows.flatMap((row) => (row < 0 ? [0, 0] : Array.from(was.subarray(2 * row, 2 * row + 2)))),
      );
    }
    next.dispose();
  });
});

describe("refuses, and changes nothing", () => {
  it.each([
    [[0, 1, 2], {}, /`b` has 3 rows|`w` has 4 rows, but the list has 3: pass parameters/],
    [
      [0, 1, 2, 4],
      { parameters: ["w"] },
      /rows has 4 at position 3; before there were rows 0 to 3/,
    ],
    [[0, 1, 2, 0.5], { parameters: ["w"] }, /rows has 0.5 at position 3/],
    [[0, 1, 2, -2], { parameters: ["w"] }, /rows has -2/],
    [[0, 1, 2, Number.NaN], { parameters: ["w"] }, /rows has NaN/],
    ["0123", { parameters: ["w"] }, /rows must be a list of numbers/],
    [[0, 1, 2, 3], { parameters: ["v"] }, /no parameter `v`/],
    [[0, 1, 2, 3], { parameter: ["w"] }, /unknown option `parameter`/],
    [[0], { parameters: parameters({ w: [1, 3] }) }, /had the shape \[4,2\], but has \[1,3\] now/],
    [
      [0],
      { parameters: parameters({ w: [1, 2] }, { type: "float64" }) },
      /was kept as float32, but is kept as float64/,
    ],
    [[0, 1], { parameters: parameters({ w: [1, 2] }) }, /`w` has 1 rows, but the list has 2/],
    [[0], { parameters: parameters({ v: [1, 2] }) }, /no parameter `v`/],
    [[0], { parameters: { w: { data: new Float32Array(3), shape: [1, 2] } } }, /does not hold 3/],
  ] as const)("%o %o", (rows, options, words) => {
    const net = small();
    using optimizer = optimize(net, chain(adam(), ema(0.9)));
    optimizer.step(smallGradients(1));
    const before = optimizer.state();
    expect(() => remap(optimizer, rows as never, options as never)).toThrow(words);
    expect(() => remap(optimizer, rows as never, options as never)).toThrow(BindingError);
    expect(optimizer.state()).toEqual(before);
    optimizer.step(smallGradients(2));
  });

  it("directions of galore, single numbers, and calls inside evaluate()", () => {
    const net = parameters({ w: [8, 4], n: [] });
    using low = galore({ w: net.w }, adam(), { rank: 2 });
    expect(() => remap(low, [0, 1, 2, 3, 4, 5, 6, 7])).toThrow(
      /`w` is projected \(galore\) to directions that mix all of its rows/,
    );
    using optimizer = optimize(net, chain(adam(), ema(0.5)));
    expect(() => remap(optimizer, [0], { parameters: ["n"] })).toThrow(/`n` is a single number/);
    optimizer.evaluate(() =>
      expect(() => remap(optimizer, [7, 6, 5, 4, 3, 2, 1, 0], { parameters: ["w"] })).toThrow(
        EvaluationError,
      ),
    );
  });
});
