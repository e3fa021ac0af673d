/** Compares each operator of the language on a GPU with float64, within the errors that WGSL allows. */
import { defineOperator } from "../../src/compilers/defineOperator.ts";
import { defineOptimizer } from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { copySign } from "../seams/operator.ts";

defineOperator(copySign);

/** The allowed distance from the exact result, given that and the operands. */
type Allowed = (exact: number, p: number, g: number) => number;

/** A unit in the last place of a float32. */
function unit(x: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126)));
  return 2 ** (exponent - 23);
}

const units =
  (count: number): Allowed =>
  (exact) =>
    count * unit(exact);

/** The error of a logarithm of x: absolute near 1, where the result is near 0. */
const logarithm = (x: number, exact: number): number =>
  x >= 0.5 && x <= 2 ? 2 ** -21 : 3 * unit(exact);

/** The error of 2^z if z itself may have an error. */
const exponential = (z: number, off: number, exact: number): number =>
  (3 + 2 * Math.abs(z)) * unit(exact) + exact * Math.LN2 * off;

/**
 * By its text over p and g. The errors are those of "Floating Point Accuracy" in the specification of WGSL. Square roots inherit
 * from
 * 1 / inverseSqrt, powers from exp2(y * log2(x)).
 */
export const operators: Readonly<
  Record<string, { readonly exact: (p: number, g: number) => number; readonly allowed: Allowed }>
> = {
  "p + g": { exact: (p, g) => p + g, allowed: units(0.5) },
  "p - g": { exact: (p, g) => p - g, allowed: units(0.5) },
  "p * g": { exact: (p, g) => p * g, allowed: units(0.5) },
  "p / g": { exact: (p, g) => p / g, allowed: units(2.5) },
  "-p": { exact: (p) => -p, allowed: units(0) },
  "abs(p)": { exact: (p) => Math.abs(p), allowed: units(0) },
  "floor(p)": { exact: (p) => Math.floor(p), allowed: units(0) },
  "sign(p)": { exact: (p) => Math.sign(p), allowed: units(0) },
  "min(p, g)": { exact: Math.min, allowed: units(0) },
  "max(p, g)": { exact: Math.max, allowed: units(0) },
  "copySign(p, g)": { exact: (p, g) => copySign.evaluate(p, g, 0), allowed: units(0) },
  "where(p < g, 1, 2)": { exact: (p, g) => (p < g ? 1 : 2), allowed: units(0) },
  "where(p <= g, 1, 2)": { exact: (p, g) => (p <= g ? 1 : 2), allowed: units(0) },
  "where(p == g, 1, 2)": { exact: (p, g) => (p === g ? 1 : 2), allowed: units(0) },
  "where(p != g, 1, 2)": { exact: (p, g) => (p !== g ? 1 : 2), allowed: units(0) },
  "sqrt(abs(p))": { exact: (p) => Math.sqrt(Math.abs(p)), allowed: units(5) },
  "exp(p)": {
    exact: (p) => Math.exp(p),
    allowed: (exact, p) => (3 + 2 * Math.abs(p)) * unit(exact),
  },
  "log(abs(p))": {
    exact: (p) => Math.log(Math.abs(p)),
    allowed: (exact, p) => logarithm(Math.abs(p), exact),
  },
  "abs(p) ^ g": {
    exact: (p, g) => Math.abs(p) ** g,
    allowed: (exact, p, g) => {
      const log2 = Math.log2(Math.abs(p));
      const off = Math.abs(g) * logarithm(Math.abs(p), log2) + unit(g * log2);
      return exponential(g * log2, off, exact);
    },
  },
  "p ^ (2 * floor(g) + 1)": {
    exact: (p, g) => p ** (2 * Math.floor(g) + 1),
    allowed: (exact, p, g) => {
      const y = 2 * Math.floor(g) + 1;
      const log2 = Math.log2(Math.abs(p));
      const off = Math.abs(y) * logarithm(Math.abs(p), log2) + unit(y * log2);
      return exponential(y * log2, off, Math.abs(exact));
    },
  },
};

/** Operands of many sizes and signs, and pairs that are equal. */
function operandsOf(count: number): { p: Float32Array; g: Float32Array } {
  const p = new Float32Array(count);
  const g = new Float32Array(count);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < count; i++) {
    p[i] = (random() < 0.5 ? -1 : 1) * 10 ** (6 * random() - 4);
    g[i] = i % 10 === 0 ? p[i]! : (random() < 0.5 ? -1 : 1) * 10 ** (3 * random() - 2);
  }
  return { p, g };
}

/** Results of an operator that are not allowed, in words. */
export async function mistakesOf(device: GPUDevice, text: string): Promise<string[]> {
  const { exact, allowed } = operators[text]!;
  // The last vector is not full.
  const { p, g } = operandsOf(4099);
  const net = parameters(device, { w: [p.length] });
  const rule = defineOptimizer({
    name: "operator",
    hyper: { lr: 0 },
    state: { result: 0 },
    rule: `result = ${text}\nu = result`,
  });
  const optimizer = await optimize(device, net, rule());
  device.queue.writeBuffer(net.w.buffer, net.w.offset, p as Float32Array<ArrayBuffer>);
  const { buffer, offset } = optimizer.gradients.w;
  device.queue.writeBuffer(buffer, offset, g as Float32Array<ArrayBuffer>);
  optimizer.step();
  const { parameters: found } = await optimizer.readState();
  optimizer.dispose();
  const results = found["w"]!["operator.result"]!;
  return [...p].flatMap((x, i) => {
    const expected = exact(x, g[i]!);
    // WGSL leaves open what happens to overflow and to subnormal results.
    const small = Math.abs(expected) < 2 ** -126 && expected !== 0;
    if (small || Math.abs(expected) > 3e38) {
      return [];
    }
    // The exact result is rounded as well.
    const most = allowed(expected, x, g[i]!) + 1e-12 * Math.abs(expected);
    return Math.abs(results[i]! - expected) <= most
      ? []
      : [`p = ${x}, g = ${g[i]}: ${results[i]} instead of ${expected}`];
  });
}
