/** Problems 20 to 31 of Moré, Garbow and Hillstrom: any number of unknowns. */
import { type Minimum, type Problem, sum, upTo } from "./problem.ts";

/** The derivative and the value of a polynomial whose coefficients are the unknowns, at 29 points, in a differential equation. */
export const watson = (n: number, minima: readonly Minimum[] = []): Problem => ({
  number: 20,
  name: "Watson",
  m: 31,
  start: upTo(n, () => 0),
  residuals: (x) => [
    ...upTo(29, (i) => {
      const t = i / 29;
      const slope = sum(x.map((value, j) => (j === 0 ? 0 : j * value * t ** (j - 1))));
      return slope - sum(x.map((value, j) => value * t ** j)) ** 2 - 1;
    }),
    x[0]!,
    x[1]! - x[0]! ** 2 - 1,
  ],
  jacobian: (x) => [
    ...upTo(29, (i) => {
      const t = i / 29;
      const twice = 2 * sum(x.map((value, j) => value * t ** j));
      return x.map((_, j) => (j === 0 ? 0 : j * t ** (j - 1)) - twice * t ** j);
    }),
    x.map((_, j) => (j === 0 ? 1 : 0)),
    x.map((value, j) => (j === 0 ? -2 * value : j === 1 ? 1 : 0)),
  ],
  minima,
});

/** @param n even */
export const extendedRosenbrock = (n: number): Problem => ({
  number: 21,
  name: "Extended Rosenbrock",
  m: n,
  start: upTo(n, (j) => (j % 2 === 1 ? -1.2 : 1)),
  residuals: (x) =>
    x.map((value, i) => (i % 2 === 0 ? 10 * (x[i + 1]! - value ** 2) : 1 - x[i - 1]!)),
  jacobian: (x) =>
    x.map((value, i) =>
      x.map((_, j) => {
        if (i % 2 === 1) return j === i - 1 ? -1 : 0;
        return j === i ? -20 * value : j === i + 1 ? 10 : 0;
      }),
    ),
  minima: [{ value: 0, at: upTo(n, () => 1) }],
});

/** @param n a multiple of 4 */
export const extendedPowell = (n: number): Problem => ({
  number: 22,
  name: "Extended Powell singular",
  m: n,
  start: upTo(n, (j) => [3, -1, 0, 1][(j - 1) % 4]!),
  residuals: (x) =>
    upTo(n / 4, (k) => x.slice(4 * k - 4, 4 * k)).flatMap(([a, b, c, d]) => [
      a! + 10 * b!,
      Math.sqrt(5) * (c! - d!),
      (b! - 2 * c!) ** 2,
      Math.sqrt(10) * (a! - d!) ** 2,
    ]),
  jacobian: (x) =>
    upTo(n / 4, (k) => {
      const [a, b, c, d] = x.slice(4 * k - 4, 4 * k);
      const [near, far] = [2 * (b! - 2 * c!), 2 * Math.sqrt(10) * (a! - d!)];
      const block = [
        [1, 10, 0, 0],
        [0, 0, Math.sqrt(5), -Math.sqrt(5)],
        [0, near, -2 * near, 0],
        [far, 0, 0, -far],
      ];
      return block.map((row) => x.map((_, j) => row[j - (4 * k - 4)] ?? 0));
    }).flat(),
  minima: [{ value: 0, at: upTo(n, () => 0) }],
});

export const penalty1 = (n: number, minima: readonly Minimum[] = []): Problem => ({
  number: 23,
  name: "Penalty I",
  m: n + 1,
  start: upTo(n, (j) => j),
  residuals: (x) => [
    ...x.map((value) => Math.sqrt(1e-5) * (value - 1)),
    sum(x.map((value) => value ** 2)) - 0.25,
  ],
  jacobian: (x) => [
    ...x.map((_, i) => x.map((__, j) => (i === j ? Math.sqrt(1e-5) : 0))),
    x.map((value) => 2 * value),
  ],
  minima,
});

export const penalty2 = (n: number, minima: readonly Minimum[] = []): Problem => {
  const root = Math.sqrt(1e-5);
  return {
    number: 24,
    name: "Penalty II",
    m: 2 * n,
    start: upTo(n, () => 0.5),
    residuals: (x) => [
      x[0]! - 0.2,
      ...upTo(n - 1, (i) => {
        const wanted = Math.exp((i + 1) / 10) + Math.exp(i / 10);
        return root * (Math.exp(x[i]! / 10) + Math.exp(x[i - 1]! / 10) - wanted);
      }),
      ...upTo(n - 1, (i) => root * (Math.exp(x[i]! / 10) - Math.exp(-0.1))),
      sum(x.map((value, j) => (n - j) * value ** 2)) - 1,
    ],
    jacobian: (x) => {
      const slopes = x.map((value) => (root * Math.exp(value / 10)) / 10);
      return [
        x.map((_, j) => (j === 0 ? 1 : 0)),
        ...upTo(n - 1, (i) => x.map((_, j) => (j === i || j === i - 1 ? slopes[j]! : 0))),
        ...upTo(n - 1, (i) => x.map((_, j) => (j === i ? slopes[j]! : 0))),
        x.map((value, j) => 2 * (n - j) * value),
      ];
    },
    minima,
  };
};

export const variablyDimensioned = (n: number): Problem => {
  const weighted = (x: readonly number[]) => sum(x.map((value, j) => (j + 1) * (value - 1)));
  return {
    number: 25,
    name: "Variably dimensioned",
    m: n + 2,
    start: upTo(n, (j) => 1 - j / n),
    residuals: (x) => [...x.map((value) => value - 1), weighted(x), weighted(x) ** 2],
    jacobian: (x) => [
      ...x.map((_, i) => x.map((__, j) => (i === j ? 1 : 0))),
      x.map((_, j) => j + 1),
      x.map((_, j) => 2 * weighted(x) * (j + 1)),
    ],
    minima: [{ value: 0, at: upTo(n, () => 1) }],
  };
};

export const trigonometric = (n: number, local: readonly Minimum[] = []): Problem => ({
  number: 26,
  name: "Trigonometric",
  m: n,
  start: upTo(n, () => 1 / n),
  residuals: (x) => {
    const rest = n - sum(x.map(Math.cos));
    return x.map((value, i) => rest + (i + 1) * (1 - Math.cos(value)) - Math.sin(value));
  },
  jacobian: (x) =>
    x.map((_, i) =>
      x.map((value, j) =>
        i === j ? (i + 2) * Math.sin(value) - Math.cos(value) : Math.sin(value),
      ),
    ),
  minima: [{ value: 0, at: upTo(n, () => 0) }, ...local],
});

export const brownAlmostLinear = (n: number): Problem => ({
  number: 27,
  name: "Brown almost-linear",
  m: n,
  start: upTo(n, () => 0.5),
  residuals: (x) => {
    const total = sum(x) - (n + 1);
    const product = x.reduce((all, value) => all * value, 1);
    return x.map((value, i) => (i < n - 1 ? value + total : product - 1));
  },
  jacobian: (x) =>
    x.map((_, i) =>
      x.map((__, j) => {
        if (i < n - 1) return i === j ? 2 : 1;
        return x.reduce((all, value, k) => (k === j ? all : all * value), 1);
      }),
    ),
  minima: [
    { value: 0, at: upTo(n, () => 1) },
    { value: 1, at: upTo(n, (j) => (j < n ? 0 : n + 1)), local: true },
  ],
});

export const discreteBoundaryValue = (n: number): Problem => {
  const h = 1 / (n + 1);
  return {
    number: 28,
    name: "Discrete boundary value",
    m: n,
    start: upTo(n, (j) => j * h * (j * h - 1)),
    residuals: (x) =>
      x.map((value, i) => {
        const curved = (h ** 2 * (value + (i + 1) * h + 1) ** 3) / 2;
        return 2 * value - (x[i - 1] ?? 0) - (x[i + 1] ?? 0) + curved;
      }),
    jacobian: (x) =>
      x.map((value, i) =>
        x.map((_, j) => {
          if (i === j) return 2 + 1.5 * h ** 2 * (value + (i + 1) * h + 1) ** 2;
          return Math.abs(i - j) === 1 ? -1 : 0;
        }),
      ),
    minima: [{ value: 0 }],
  };
};

export const discreteIntegralEquation = (n: number): Problem => {
  const t = upTo(n, (j) => j / (n + 1));
  /** The quadrature of the integral: the contribution of point j to point i, without its cube. */
  const weight = (i: number, j: number) =>
    (Math.min(t[i]!, t[j]!) * (1 - Math.max(t[i]!, t[j]!))) / (2 * (n + 1));
  return {
    number: 29,
    name: "Discrete integral equation",
    m: n,
    start: t.map((value) => value * (value - 1)),
    residuals: (x) =>
      x.map(
        (value, i) => value + sum(x.map((other, j) => weight(i, j) * (other + t[j]! + 1) ** 3)),
      ),
    jacobian: (x) =>
      x.map((_, i) =>
        x.map((value, j) => (i === j ? 1 : 0) + 3 * weight(i, j) * (value + t[j]! + 1) ** 2),
      ),
    minima: [{ value: 0 }],
  };
};

export const broydenTridiagonal = (n: number): Problem => ({
  number: 30,
  name: "Broyden tridiagonal",
  m: n,
  start: upTo(n, () => -1),
  residuals: (x) =>
    x.map((value, i) => (3 - 2 * value) * value - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1),
  jacobian: (x) =>
    x.map((value, i) =>
      x.map((_, j) => (j === i ? 3 - 4 * value : j === i - 1 ? -1 : j === i + 1 ? -2 : 0)),
    ),
  minima: [{ value: 0 }],
});

export const broydenBanded = (n: number): Problem => {
  const isNear = (i: number, j: number) => j !== i && j >= i - 5 && j <= i + 1;
  return {
    number: 31,
    name: "Broyden banded",
    m: n,
    start: upTo(n, () => -1),
    residuals: (x) =>
      x.map((value, i) => {
        const near = x.filter((_, j) => isNear(i, j));
        return value * (2 + 5 * value ** 2) + 1 - sum(near.map((other) => other * (1 + other)));
      }),
    jacobian: (x) =>
      x.map((own, i) =>
        x.map((value, j) => (i === j ? 2 + 15 * own ** 2 : isNear(i, j) ? -1 - 2 * value : 0)),
      ),
    minima: [{ value: 0 }],
  };
};
