import { expect, it } from "vitest";
import { javascriptEngine } from "./engine.ts";

it("sums products in order, rounding each product and each sum to float32", () => {
  const engine = javascriptEngine("float32");
  const a = { rows: 2, cols: 3, data: new Float32Array([0.1, 1e8, -1e8, 3, 5, 7]) };
  const b = { rows: 3, cols: 2, data: new Float32Array([0.3, 1, 1, 11, 1, 13]) };
  const out = { rows: 2, cols: 2, data: new Float32Array(4).fill(NaN) };
  engine.multiply(out, a, b);
  const { fround } = Math;
  const [x, y] = [fround(0.1), fround(0.3)];
  // 0.03 is lost when it is added to 1e8, before -1e8 is added.
  expect(fround(fround(fround(x * y) + 1e8) - 1e8)).toBe(0);
  const second = fround(fround(x + fround(11e8)) - fround(13e8));
  expect([...out.data]).toEqual([0, second, fround(fround(3 * y) + 5 + 7), 149]);
});

it("rounds only to float64 in float64", () => {
  const engine = javascriptEngine("float64");
  const out = { rows: 1, cols: 1, data: new Float64Array(1) };
  const a = { rows: 1, cols: 2, data: new Float64Array([0.1, 0.2]) };
  const b = { rows: 2, cols: 1, data: new Float64Array([0.3, 0.4]) };
  engine.multiply(out, a, b);
  expect(out.data[0]).toBe(0.1 * 0.3 + 0.2 * 0.4);
});

it("gives zeros where there is nothing to sum", () => {
  const engine = javascriptEngine("float32");
  const out = { rows: 1, cols: 2, data: new Float32Array([7, 7]) };
  engine.multiply(
    out,
    { rows: 1, cols: 0, data: new Float32Array(0) },
    { rows: 0, cols: 2, data: new Float32Array(0) },
  );
  expect([...out.data]).toEqual([0, 0]);
});
