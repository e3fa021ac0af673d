import type { Matrix, Routine } from "./matrix.ts";
import { decompose } from "./symmetric.ts";

function power(x: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) {
    result *= x;
  }
  return result;
}

/**
 * x^(1/order), computed with + - * / and square roots alone, so that all platforms give the same bits. For odd factors
 * of the order it uses Newton's method, which descends from above until rounding stops it.
 */
export function rootOf(x: number, order: number): number {
  let [value, rest] = [x, order];
  for (; rest % 2 === 0; rest /= 2) {
    value = Math.sqrt(value);
  }
  if (rest === 1 || value === 0 || !(value < Infinity)) {
    return value;
  }
  let root = 1;
  while (power(root, rest) < value) {
    root *= 2;
  }
  while (power(root / 2, rest) >= value) {
    root /= 2;
  }
  for (;;) {
    const next = root + (value / power(root, rest - 1) - root) / rest;
    if (!(next < root)) {
      return root;
    }
    root = next;
  }
}

/** out = sum of factors[k] v_k v_k^T in float64, where v_k is row k of `vectors`. */
function compose(out: Matrix, factors: Float64Array, vectors: Float64Array): void {
  const n = factors.length;
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    row.fill(0, 0, i + 1);
    for (let k = 0; k < n; k++) {
      const scaled = factors[k]! * vectors[k * n + i]!;
      for (let j = 0; j <= i; j++) {
        row[j]! += scaled * vectors[k * n + j]!;
      }
    }
    for (let j = 0; j <= i; j++) {
      out.data[i * n + j] = row[j]!;
      out.data[j * n + i] = row[j]!;
    }
  }
}

/**
 * `inverseRoot(s, order, ridge)`: (s + ridge I)^(-1/order) of a symmetric, positive semi-definite
 * matrix, through its eigenvalues λ: each becomes (max(λ, 0) + ridge)^(-1/order), because rounding may
 * bring zeros below 0. `order` is a whole number from 1 on. A singular s needs a ridge above 0;
 * otherwise there is no inverse, and the result is not finite. All NaN if an element of s is not finite.
 *
 * Gupta et al., 2018, "Shampoo", algorithm 1 begins its sums with ε I, which is a ridge of ε; so
 * does moskomule's implementation. Google's takes ε times the largest eigenvalue and iterates with
 * Newton's method instead (Anil et al., 2020, "Scalable Second Order Optimization for Deep
 * Learning"); Meta's shifts all eigenvalues by the smallest one where that is negative.
 */
export const inverseRoot: Routine = {
  run(_, out, [s], [order, ridge]) {
    if (!(Number.isInteger(order) && order! >= 1)) {
      throw new RangeError(`inverseRoot: order must be a whole number, 1 or more, got ${order}`);
    }
    const system = decompose(s!);
    if (system === undefined) {
      out.data.fill(NaN, 0, s!.rows * s!.rows);
      return;
    }
    const { values, vectors } = system;
    const factors = values.map((value) => 1 / rootOf(Math.max(value, 0) + ridge!, order!));
    compose(out, factors, vectors);
  },
};
