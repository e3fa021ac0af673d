/** Problems 32 to 34 of Moré, Garbow and Hillstrom: linear residuals, of full rank and of rank 1. */
import { type Problem, sum, upTo } from "./problem.ts";

/** @param m at least n */
export const linearFullRank = (n: number, m: number): Problem => {
  const entry = (i: number, j: number) => (i === j ? 1 : 0) - 2 / m;
  return {
    number: 32,
    name: "Linear, full rank",
    m,
    start: upTo(n, () => 1),
    residuals: (x) => upTo(m, (i) => (x[i - 1] ?? 0) - (2 * sum(x)) / m - 1),
    jacobian: (x) => upTo(m, (i) => x.map((_, j) => entry(i, j + 1))),
    minima: [{ value: m - n, at: upTo(n, () => -1) }],
  };
};

/** @param m at least n */
export const linearRankOne = (n: number, m: number): Problem => ({
  number: 33,
  name: "Linear, rank 1",
  m,
  start: upTo(n, () => 1),
  residuals: (x) => {
    const total = sum(x.map((value, j) => (j + 1) * value));
    return upTo(m, (i) => i * total - 1);
  },
  jacobian: (x) => upTo(m, (i) => x.map((_, j) => i * (j + 1))),
  // The minima are all points at which the sum of j xⱼ is 3 / (2 m + 1).
  minima: [
    {
      value: (m * (m - 1)) / (2 * (2 * m + 1)),
      at: upTo(n, (j) => (j === 1 ? 3 / (2 * m + 1) : 0)),
    },
  ],
});

/** @param m at least n, which is at least 3 */
export const linearRankOneZeros = (n: number, m: number): Problem => {
  const factor = (i: number) => (i === 1 || i === m ? 0 : i - 1);
  const weight = (j: number) => (j === 0 || j === n - 1 ? 0 : j + 1);
  return {
    number: 34,
    name: "Linear, rank 1 with zero columns and rows",
    m,
    start: upTo(n, () => 1),
    residuals: (x) => {
      const total = sum(x.map((value, j) => weight(j) * value));
      return upTo(m, (i) => factor(i) * total - 1);
    },
    jacobian: (x) => upTo(m, (i) => x.map((_, j) => factor(i) * weight(j))),
    // The minima are all points at which the sum of j xⱼ, without the first and the last, is 3 / (2 m - 3).
    minima: [
      {
        value: (m ** 2 + 3 * m - 6) / (2 * (2 * m - 3)),
        at: upTo(n, (j) => (j === 2 ? 3 / (2 * (2 * m - 3)) : 0)),
      },
    ],
  };
};
