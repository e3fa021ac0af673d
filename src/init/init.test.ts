/** What initializers draw: the same numbers everywhere, of the distributions that they say. */
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { BindingError, bfloat16, parameters, toFloat32 } from "../index.ts";
import type { Parameter } from "../runtime/parameters.ts";
import * as init from "./index.ts";

const { embedding, glorot, he, lecun, normal, ones, orthogonal, truncatedNormal, uniform, zeros } =
  init;

const draw = (initializer: init.Initializer, seed = 1) =>
  parameters({ w: initializer }, { type: "float64", seed }).w.data;

function moments(data: Float64Array) {
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  const moment = (power: number) => data.reduce((s, x) => s + (x - mean) ** power, 0) / data.length;
  const variance = moment(2);
  return {
    mean,
    std: Math.sqrt(variance),
    skew: moment(3) / variance ** 1.5,
    kurtosis: moment(4) / variance ** 2,
  };
}

const largest = (data: Float64Array) => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe("parameters", () => {
  it("are filled by initializers, beside those of zeros, and keep their types", () => {
    const net = parameters({ w: ones([2, 3]), b: [3], z: zeros([2]) });
    expect(net.w).toEqual({ data: new Float32Array(6).fill(1), shape: [2, 3] });
    expect([...net.b.data, ...net.z.data]).toEqual([0, 0, 0, 0, 0]);
    expectTypeOf(net.w).toEqualTypeOf<Parameter<Float32Array>>();
  });

  it("take initializers from elsewhere, of a class as well", () => {
    class Counting implements init.Initializer {
      readonly shape = [3];
      readonly #from = 4;
      initialize({ data }: { data: { [index: number]: number; length: number } }) {
        for (let i = 0; i < data.length; i++) data[i] = this.#from + i;
      }
    }
    expect([...parameters({ w: new Counting() }).w.data]).toEqual([4, 5, 6]);
  });

  it("in 16 bits hold the draws of float32, rounded", () => {
    const wide = parameters({ w: normal([100]) }, { seed: 3 }).w.data;
    const narrow = parameters({ w: normal([100]) }, { seed: 3, type: bfloat16 }).w;
    toFloat32(narrow.data, bfloat16).forEach((value, i) => {
      expect(Math.abs(value - wide[i]!)).toBeLessThanOrEqual(Math.abs(wide[i]!) / 256);
    });
  });
});

describe("draws", () => {
  it("depend on seed and name alone", () => {
    const both = (seed: number) => parameters({ a: normal([4]), b: normal([4]) }, { seed });
    expect(both(5)).toEqual(both(5));
    expect(both(5).a.data).not.toEqual(both(5).b.data);
    expect(both(5).a.data).not.toEqual(both(6).a.data);
    expect(both(5).a.data).toEqual(parameters({ a: normal([9]) }, { seed: 5 }).a.data.slice(0, 4));
  });

  it("are these, on every platform", () => {
    const known = parameters(
      { u: uniform([2]), n: normal([2]), t: truncatedNormal([2]), o: orthogonal([2, 2]) },
      { type: "float64", seed: 42 },
    );
    expect(Object.values(known).map(({ data }) => [...data])).toMatchInlineSnapshot(`
      [
        [
          0.2936260696236942,
          0.9638542504978195,
        ],
        [
          0.9275979191693312,
          0.5199585544069834,
        ],
        [
          0.8501773740722199,
          -0.48261013995220736,
        ],
        [
          0.14533624183085325,
          0.9893823208499755,
          0.9893823208499755,
          -0.14533624183085345,
        ],
      ]
    `);
  });
});

describe("distributions", () => {
  const size = 200_000;
  /** Six standard deviations of a mean of so many. */
  const close = (found: number, expected: number, deviation: number) =>
    expect(Math.abs(found - expected)).toBeLessThan((6 * deviation) / Math.sqrt(size));

  it("uniform", () => {
    const data = draw(uniform([size], { low: -1, high: 3 }));
    const { mean, std } = moments(data);
    close(mean, 1, 4 / Math.sqrt(12));
    close(std, 4 / Math.sqrt(12), 1);
    expect(data.every((x) => x > -1 && x < 3)).toBe(true);
  });

  it("normal", () => {
    const { mean, std, skew, kurtosis } = moments(draw(normal([size], { mean: 2, std: 0.5 })));
    close(mean, 2, 0.5);
    close(std, 0.5, 0.5);
    close(skew, 0, Math.sqrt(6));
    close(kurtosis, 3, Math.sqrt(24));
  });

  it("truncated normal, whose standard deviation is that of what is drawn", () => {
    const data = draw(truncatedNormal([size], { std: 0.1 }));
    const { mean, std } = moments(data);
    close(mean, 0, 0.1);
    close(std, 0.1, 0.1);
    const bound = 0.2 / 0.8796256610342398;
    expect(largest(data)).toBeLessThanOrEqual(bound);
    expect(largest(data)).toBeGreaterThan(0.99 * bound);
  });

  it.each<[string, init.Initializer, number]>([
    ["glorot of a matrix", glorot([300, 500]), Math.sqrt(2 / 800)],
    ["he of a matrix", he([300, 500]), Math.sqrt(2 / 300)],
    ["he of filters", he([64, 5, 5, 100]), Math.sqrt(2 / 2500)],
    ["glorot of filters", glorot([64, 5, 5, 100]), Math.sqrt(2 / 4100)],
    ["lecun of several matrices", lecun([4, 100, 400], { gain: 3 }), 3 / 10],
    [
      "lecun, truncated",
      lecun([300, 500], { distribution: "truncatedNormal" }),
      Math.sqrt(1 / 300),
    ],
    ["he, uniform", he([300, 500], { distribution: "uniform" }), Math.sqrt(2 / 300)],
    ["embedding", embedding([1000, 150]), Math.sqrt(1 / 150)],
    ["embedding of its own width", embedding([1000, 150], { std: 1 }), 1],
  ])("%s has the variance that its paper wants", (_, initializer, expected) => {
    const { mean, std } = moments(draw(initializer));
    expect(Math.abs(mean) / expected).toBeLessThan(0.02);
    expect(Math.abs(std / expected - 1)).toBeLessThan(0.02);
  });

  it("glorot is uniform by default, between the bounds of its paper", () => {
    const bound = Math.sqrt(6 / 800);
    const data = draw(glorot([300, 500]));
    expect(largest(data)).toBeLessThan(bound);
    expect(largest(data)).toBeGreaterThan(0.999 * bound);
  });
});

it("orthogonal matrices have orthonormal rows, or columns where these are fewer", () => {
  const size = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(size, size, fc.nat(1000), (rows, columns, seed) => {
      const w = draw(orthogonal([rows, columns], { gain: 2 }), seed);
      const at = (i: number, j: number) =>
        rows <= columns ? w[i * columns + j]! : w[j * columns + i]!;
      const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k < length; k++) product += at(i, k) * at(j, k);
          expect(Math.abs(product - (i === j ? 4 : 0))).toBeLessThan(1e-12);
        }
      }
    }),
  );
});

it("orthogonal filters are orthonormal as PyTorch's, each as a row", () => {
  const w = draw(orthogonal([4, 2, 2, 3]));
  for (let filter = 0; filter < 4; filter++) {
    const row = w.subarray(12 * filter, 12 * filter + 12);
    expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 13);
  }
});

describe("is refused", () => {
  it.each<[string, () => unknown]>([
    [
      "he: expected a shape of two dimensions or more, found [10]; give a bias zeros([n])",
      () => he([10]),
    ],
    [
      "parameters: seed must be a whole number, 0 or more, not -1",
      () => parameters({ w: normal([2]) }, { seed: -1 }),
    ],
    ["uniform: low must be at most high, not 2 and 1", () => uniform([2], { low: 2, high: 1 })],
    ["normal: std must be a number, 0 or more, not -1", () => normal([2], { std: -1 })],
    ["lecun: gain must be a finite number, not NaN", () => lecun([2, 2], { gain: NaN })],
    [
      "glorot: distribution must be one of uniform, normal, truncatedNormal, not gauss",
      () => glorot([2, 2], { distribution: "gauss" as never }),
    ],
    [
      "he: unknown option `gian`; did you mean `gain`? (it has distribution, gain)",
      () => he([2, 2], { gian: 2 } as never),
    ],
    [
      "parameter `normal`: a shape must be a list of whole numbers, such as [784, 10], not [2,0.5]",
      () => normal([2, 0.5]),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(new BindingError(message));
  });
});
