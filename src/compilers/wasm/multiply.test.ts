import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { either, runs } from "../../../tests/support/properties.ts";
import type { Matrix } from "../../rule/matrices/matrix.ts";
import type { ElementType } from "../backend.ts";
import { javascriptEngine } from "../js/engine.ts";
import { assemble, print } from "./assembler/assembler.ts";
import { allInstructions } from "./assembler/instructions.ts";
import { webassemblyEngine } from "./multiply.ts";
import { multiplyPanels } from "./panels.ts";
import { takeSideBySide } from "./width.ts";

const engines = {
  float32: { slow: javascriptEngine("float32"), fast: webassemblyEngine("float32") },
  float64: { slow: javascriptEngine("float64"), fast: webassemblyEngine("float64") },
};
const arrays = { float32: Float32Array, float64: Float64Array };
const types = ["float32", "float64"] as const;

/** Numbers of both signs over six orders of magnitude, with a few special ones. */
function matrix(type: ElementType, rows: number, cols: number, seed: number, odd: number): Matrix {
  const special = [NaN, Infinity, -Infinity, -0, 0, 1e-42, 3e38];
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const data = new arrays[type](rows * cols).map(() =>
    next() < odd
      ? special[Math.floor(next() * special.length)]!
      : (next() - 0.5) * 10 ** (next() * 6),
  );
  return { rows, cols, data };
}

/** The bits, except those of NaN, which engines may choose. */
function bits({ data }: Matrix): string {
  const kept = data.map((value) => (Number.isNaN(value) ? NaN : value));
  return Buffer.from(kept.buffer).toString("base64");
}

function compare(
  type: ElementType,
  [rows, depth, cols]: readonly [number, number, number],
  seed: number,
  odd = 0,
): void {
  const { slow, fast } = engines[type];
  const a = matrix(type, rows, depth, seed, odd);
  const b = matrix(type, depth, cols, seed + 1, odd);
  const [expected, actual] = [1, 2].map(() => matrix(type, rows, cols, 3, 1)) as [Matrix, Matrix];
  slow.multiply(expected, a, b);
  fast.multiply(actual, a, b);
  expect(bits(actual) === bits(expected), `${rows} x ${depth} x ${cols}`).toBe(true);
}

describe.each(types)("%s", (type) => {
  it("has the reference's bits at all small sizes", () => {
    const sizes = [0, 1, 2, 3, 4, 5, 8, 9, 17];
    for (const rows of sizes) {
      for (const depth of sizes) {
        for (const cols of sizes) {
          compare(type, [rows, depth, cols], rows * 100 + depth * 10 + cols);
        }
      }
    }
  });

  it("has the reference's bits at the ends of blocks", () => {
    compare(type, [64, 64, 64], 1);
    compare(type, [513, 129, 3], 2);
    compare(type, [3, 128, 513], 3);
    compare(type, [5, 257, 1030], 4);
    compare(type, [1026, 130, 9], 5);
  });

  it("has the reference's bits at any size, special values included", () => {
    const size = fc.nat({ max: 70 });
    const odd = fc.constantFrom(0, 0.002, 0.1);
    fc.assert(
      fc.property(fc.tuple(size, size, size), fc.nat(), odd, (sizes, seed, share) =>
        compare(type, sizes, seed, share),
      ),
      runs(37),
    );
  });

  it("computes half of a symmetric product, with the same bits", () => {
    const sizes = either([1, 2, 5, 9, 33, 64, 100, 258], [511, 513, 700]);
    for (const size of sizes) {
      const x = matrix(type, size, 7, size, 0);
      const turned = matrix(type, 7, size, size, 0);
      turned.data.forEach((_, at, data) => {
        data[at] = x.data[(at % size) * 7 + Math.floor(at / size)]!;
      });
      const gram = matrix(type, size, size, 3, 0);
      engines[type].slow.multiply(gram, x, turned);
      const addend = { alpha: 0.3, matrix: gram, beta: -1.7 };
      for (const [a, b] of [
        [x, turned],
        [gram, gram],
      ] as const) {
        const whole = matrix(type, size, size, 3, 1);
        engines[type].fast.multiply(whole, a, b, addend);
        for (const engine of Object.values(engines[type])) {
          const half = matrix(type, size, size, 4, 1);
          engine.multiplySymmetric(half, a, b, addend);
          expect(bits(half) === bits(whole), `${size} x ${a.cols}`).toBe(true);
        }
      }
    }
  });

  it("sums negative zeros to zero, because sums begin at 0", () => {
    const of = (value: number): Matrix => ({ rows: 1, cols: 1, data: new arrays[type]([value]) });
    const out = of(7);
    engines[type].fast.multiply(out, of(-0), of(1));
    expect(Object.is(out.data[0], 0)).toBe(true);
  });

  it("gives scratch matrices that keep their contents", () => {
    const { fast } = engines[type];
    fast.scratch(9, 2, 3).data.fill(5);
    const again = fast.scratch(9, 3, 2);
    expect(again).toMatchObject({ rows: 3, cols: 2 });
    expect(again.data).toEqual(new arrays[type](6).fill(5));
    expect(fast.scratch(10, 1, 1).data.buffer).not.toBe(again.data.buffer);
  });
});

it.each(types)(
  "has the same bits in %s with two tiles at a time, of any number of rows",
  (type) => {
    const multiplied = (width: 1 | 2, rows: number) => {
      takeSideBySide(width);
      const engine = webassemblyEngine(type);
      takeSideBySide(1);
      const a = engine.scratch(1, rows, 37);
      const b = engine.scratch(2, 37, 19);
      const out = engine.scratch(3, rows, 19);
      for (const { data } of [a, b]) data.forEach((_, i) => void (data[i] = Math.sin(i * 1.7)));
      engine.multiply(out, a, b);
      return [...out.data];
    };
    for (const rows of [1, 4, 5, 8, 11, 12, 29, 130]) {
      expect(multiplied(2, rows)).toEqual(multiplied(1, rows));
    }
  },
);

it("never fuses a multiplication with an addition", () => {
  const functions = [multiplyPanels("float32", 1)];
  const memory = { shared: false, maximum: 0 };
  const text = print({ functions, memory });
  expect(text.match(/f32x4\.mul\n\s*f32x4\.add/g)).toHaveLength(8);
  expect(assemble({ functions, memory }, allInstructions).length).toBeLessThan(600);
});
