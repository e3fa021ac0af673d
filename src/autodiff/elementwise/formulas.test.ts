/** Values and derivatives of formulas, to the last digits, and where they have limits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Memory } from "../../runtime/memory/memory.ts";
import { broadcastIndices, broadcastShape } from "../layout/indices.ts";
import { formulaKernels } from "./formulaKernel.ts";
import * as all from "./formulas.ts";

const formulas = { ...all };

const memory = new Memory("growing", 0);
const sentinel = -777;

function place(values: readonly number[], type: "float32" | "float64") {
  const bytes = type === "float32" ? 4 : 8;
  // Not at a multiple of 16 bytes.
  const at = memory.allocate((values.length + 3) * bytes) + bytes;
  const view = memory.view(type, at, values.length + 1);
  view.set([...values, sentinel]);
  return view;
}

/** A formula's value for each element of arrays. */
function valuesOf(
  formula: all.Formula,
  inputs: readonly (readonly number[])[],
  type: "float32" | "float64" = "float64",
): number[] {
  const placed = inputs.map((each) => place(each, type));
  const count = inputs[0]!.length;
  const target = place(Array(count).fill(0), type);
  const sources = inputs.map(() => "array" as const);
  const { value } = formulaKernels(formula, type, memory, sources);
  value(count, ...placed.map((each) => each.byteOffset), target.byteOffset);
  expect(target[count]).toBe(sentinel);
  return [...target.subarray(0, count)];
}

/** The largest error in units of the last place of float64. */
function worst(found: readonly number[], expected: readonly number[]): number {
  return Math.max(
    ...expected.map((value, i) => {
      if (Object.is(found[i], value) || (value === 0 && found[i] === 0)) {
        return 0;
      }
      const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value))) - 52), 2 ** -1074);
      return Number.isFinite(value) ? Math.abs(found[i]! - value) / unit : Infinity;
    }),
  );
}

const points = [
  ...Array.from({ length: 4001 }, (_, i) => (i - 2000) / 97),
  ...Array.from({ length: 601 }, (_, i) => 10 ** (i - 300)).flatMap((x) => [x, -x]),
];
const positive = points.filter((x) => x > 0);

describe("within units of the last place", () => {
  // Those of the engine's own functions are off by up to one as well.
  it.each([
    ["exponential", Math.exp, points.filter((x) => Math.abs(x) < 709), 2],
    ["logarithm", Math.log, positive, 2],
    ["sine", Math.sin, points.filter((x) => Math.abs(x) < 1e8), 2],
    ["cosine", Math.cos, points.filter((x) => Math.abs(x) < 1e8), 2],
    ["softplus", (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), points, 4],
    ["logistic", (x: number) => 1 / (1 + Math.exp(-x)), points.filter((x) => x > -700), 4],
    ["hyperbolicTangent", Math.tanh, points, 6],
  ] as const)("computes %s", (name, reference, at, units) => {
    expect(worst(valuesOf(formulas[name], [at]), at.map(reference))).toBeLessThanOrEqual(units);
  });

  it("computes powers to 1e-13 of their value", () => {
    const bases = positive.filter((x) => x > 1e-20 && x < 1e20);
    for (const exponent of [-7.3, -1, 0.5, 1, 2, 3, 12.25]) {
      const found = valuesOf(formulas.pow, [bases, bases.map(() => exponent)]);
      found.forEach((value, i) => {
        expect(Math.abs(value / bases[i]! ** exponent - 1)).toBeLessThan(1e-13);
      });
    }
  });

  it("rounds once in float32", () => {
    const at = points.map(Math.fround).filter((x) => Math.abs(x) < 80);
    const found = valuesOf(formulas.exponential, [at], "float32");
    expect(found.filter((value, i) => value !== Math.fround(Math.exp(at[i]!))).length).toBeLessThan(
      3,
    );
  });
});

it("has limits, and NaN where there is none", () => {
  const at = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, 1e-310, 1e308];
  for (const [name, reference] of [
    ["exponential", Math.exp],
    ["logarithm", Math.log],
    ["squareRoot", Math.sqrt],
    ["absolute", Math.abs],
    ["hyperbolicTangent", Math.tanh],
    [
      "softplus",
      (x: number) => (x === -Infinity ? 0 : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
    ],
  ] as const) {
    const found = valuesOf(formulas[name], [at]);
    found.forEach((value, i) => {
      const expected = reference(at[i]!);
      expect(
        Number.isNaN(expected)
          ? Number.isNaN(value)
          : Math.abs(value - expected) < 1e-12 || value === expected,
        `${name} of ${at[i]} is ${value}, not ${expected}`,
      ).toBe(true);
    });
  }
  expect(valuesOf(formulas.sine, [[Infinity, NaN, 2 ** 27, 0]])).toEqual([NaN, NaN, NaN, 0]);
  const powers = [
    [0, 0],
    [0, 2],
    [0, -1],
    [-2, 3],
    [-2, 2],
    [-2, 0.5],
    [NaN, 0],
    [1, NaN],
    [-8, 1],
  ];
  const found = valuesOf(formulas.pow, [powers.map(([a]) => a!), powers.map(([, b]) => b!)]);
  // PyTorch's and C's 1^NaN is 1, JavaScript's is not.
  expect(found).toEqual(powers.map(([a, b]) => (a === 1 ? 1 : a! ** b!)));
});

describe("kernels", () => {
  const number = fc.double({ min: -8, max: 8, noNaN: true });

  it("compute all elements of arrays of any length, of arrays and of single numbers, and none behind", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number), { minLength: 0, maxLength: 9 }),
        fc.constantFrom("float32" as const, "float64" as const),
        fc.boolean(),
        (pairs, type, isNumber) => {
          const [a, b] = [
            place(
              pairs.map(([x]) => x),
              type,
            ),
            place(
              pairs.map(([, x]) => x),
              type,
            ),
          ];
          const target = place(
            pairs.map(() => 0),
            type,
          );
          const sources = ["array", isNumber ? "number" : "array"] as const;
          const { value } = formulaKernels(formulas.multiply, type, memory, sources);
          value(pairs.length, a.byteOffset, b.byteOffset, target.byteOffset);
          const round = type === "float32" ? Math.fround : (x: number) => x;
          pairs.forEach((_, i) => {
            expect(target[i]).toBe(round(a[i]! * b[isNumber ? 0 : i]!));
          });
          expect(target[pairs.length]).toBe(sentinel);
        },
      ),
    );
  });

  it("are compiled once for a memory, a type and what they read", () => {
    const first = formulaKernels(formulas.add, "float64", memory, ["array", "array"]);
    expect(formulaKernels(formulas.add, "float64", memory, ["array", "array"])).toBe(first);
    expect(formulaKernels(formulas.add, "float32", memory, ["array", "array"])).not.toBe(first);
  });
});

it("broadcasts as NumPy does: each element of the result is that of the input at its place, or at 0", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(3),
      (to, ones, skip) => {
        const own = to.map((size, i) => (ones[i] ? 1 : size)).slice(Math.min(skip, to.length - 1));
        expect(broadcastShape("add", [own, to])).toEqual(to);
        const indices = broadcastIndices(own, to);
        indices.forEach((found, place) => {
          let [rest, index, stride] = [place, 0, 1];
          for (let axis = to.length - 1; axis >= 0; axis--) {
            const position = rest % to[axis]!;
            rest = Math.floor(rest / to[axis]!);
            const size = own[axis - to.length + own.length] ?? 1;
            index += (size === 1 ? 0 : position) * stride;
            stride *= size;
          }
          expect(found).toBe(index);
        });
      },
    ),
  );
});
