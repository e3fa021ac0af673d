/** Problem 35 of Moré, Garbow and Hillstrom: the nodes of Chebyshev's quadrature with equal weights. */
import { type Minimum, type Problem, sum, upTo } from "./problem.ts";

/** T₀ to Tₙ at 2 x - 1, and their derivatives by x. */
function polynomials(x: number, n: number): { values: number[]; slopes: number[] } {
  const y = 2 * x - 1;
  const [values, slopes] = [
    [1, y],
    [0, 2],
  ];
  for (let i = 2; i <= n; i++) {
    values!.push(2 * y * values![i - 1]! - values![i - 2]!);
    slopes!.push(4 * values![i - 1]! + 2 * y * slopes![i - 1]! - slopes![i - 2]!);
  }
  return { values: values!, slopes: slopes! };
}

export const chebyquad = (n: number, minima: readonly Minimum[]): Problem => ({
  number: 35,
  name: "Chebyquad",
  m: n,
  start: upTo(n, (j) => j / (n + 1)),
  residuals: (x) => {
    const all = x.map((value) => polynomials(value, n).values);
    return upTo(n, (i) => {
      const integral = i % 2 === 0 ? -1 / (i ** 2 - 1) : 0;
      return sum(all.map((values) => values[i]!)) / n - integral;
    });
  },
  jacobian: (x) => {
    const all = x.map((value) => polynomials(value, n).slopes);
    return upTo(n, (i) => all.map((slopes) => slopes[i]! / n));
  },
  minima,
});
