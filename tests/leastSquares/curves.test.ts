/** Weights, robust losses and bands, beside SciPy and beside formulas. */
import { describe, expect, test } from "vitest";
import { add, exp, mul, neg, sum, valueAndGradient } from "../../src/autodiff/index.ts";
import { curveFit, type LossName, leastSquares, studentT } from "../../src/minimize/index.ts";
import { digitsOf, reference } from "./reference.ts";

const { x, y, sigma, losses, weighted } = reference.outliers;
const decay = (place: number, [a, b, c]: readonly number[]) => a! * Math.exp(-b! * place) + c!;

describe("robust losses", () => {
  test.each(Object.entries(losses))("%s finds SciPy's parameters and cost", (loss, wanted) => {
    const found = curveFit(decay, x, y, [1, 1, 0], { loss: loss as LossName, lossScale: 0.1 });
    expect(found.converged).toBe(true);
    expect(digitsOf(found.x, wanted.x)).toBeGreaterThan(6);
    expect(found.cost / wanted.cost).toBeCloseTo(1, 10);
  });

  test("of one's own are functions of the squared residual", () => {
    const cauchy = (z: number) => [Math.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2] as const;
    const options = { lossScale: 0.1 };
    const own = curveFit(decay, x, y, [1, 1, 0], { loss: cauchy, ...options });
    expect(own.x).toEqual(curveFit(decay, x, y, [1, 1, 0], { loss: "cauchy", ...options }).x);
  });

  test("that do not exist are not taken for squares", () => {
    const loss = "hubr" as LossName;
    expect(() => leastSquares(() => [1], [1], { loss })).toThrow("did you mean `huber`?");
  });
});

describe("weights", () => {
  test.each(["relative", "absolute"] as const)("that are %s give SciPy's covariance", (kind) => {
    const wanted = weighted[kind];
    const found = curveFit(decay, x, y, [1, 1, 0], {
      weights: sigma.map((each) => each ** -2),
      absoluteWeights: kind === "absolute",
    });
    expect(digitsOf(found.x, wanted.x)).toBeGreaterThan(7);
    expect(digitsOf(found.covariance.flat(), wanted.covariance.flat())).toBeGreaterThan(6);
  });

  test("of 0 leave out an observation", () => {
    const kept = [4, 15];
    const without = (list: readonly number[]) => list.filter((_, i) => !kept.includes(i));
    const found = curveFit(decay, x, y, [1, 1, 0], {
      weights: x.map((_, i) => (kept.includes(i) ? 0 : 1)),
    });
    const shorter = curveFit(decay, without(x), without(y), [1, 1, 0]);
    expect(digitsOf(found.x, shorter.x)).toBeGreaterThan(8);
  });
});

test("the autodiff's derivatives, of copies of the parameters for each place, are those by hand", () => {
  const slopes = valueAndGradient<"a" | "b" | "c", "t">(({ a, b, c }, { t }) =>
    sum(add(mul(a, exp(neg(mul(b, t)))), c)),
  );
  const copies = (value: number) => x.map(() => value);
  const [a, b, c] = [2.5, 0.7, 0.4];
  const { gradient } = slopes({ a: copies(a), b: copies(b), c: copies(c) }, { t: x });
  const fall = x.map((place) => Math.exp(-b * place));
  // A rounding of each operation.
  const isNear = (found: Float64Array, wanted: readonly number[]) =>
    found.every(
      (value, i) => Math.abs(value - wanted[i]!) <= 8 * Number.EPSILON * Math.abs(wanted[i]!),
    );
  expect(isNear(gradient.a, fall)).toBe(true);
  expect(
    isNear(
      gradient.b,
      fall.map((value, i) => -a * x[i]! * value),
    ),
  ).toBe(true);
  expect(isNear(gradient.c, copies(1))).toBe(true);
});

describe("bands", () => {
  // Of a straight line there are formulas, in every book: y₀ ± t s √(1/n + (x₀ - x̄)² / Σ(x - x̄)²).
  const places = [1, 2, 3, 4, 5, 6, 7];
  const values = [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8];
  const fitted = curveFit(
    (at: number, { a, b }) => a + b * at,
    places,
    values,
    { a: 0, b: 1 },
    {
      gradient: (at) => [1, at],
    },
  );
  const [mean, spread] = [4, 28];

  test.each(["curve", "observation"] as const)(
    "of a %s are those of a straight line's formula",
    (of) => {
      const s = Math.sqrt(fitted.residualSumOfSquares / 5);
      for (const at of [0, 2.5, 4, 11]) {
        const more = of === "curve" ? 0 : 1;
        const reach = studentT(0.9, 5) * s * Math.sqrt(more + 1 / 7 + (at - mean) ** 2 / spread);
        const { y: middle, low, high } = fitted.band(at, { level: 0.9, of });
        expect(middle).toBeCloseTo(fitted.predict(at), 14);
        expect(high - middle).toBeCloseTo(reach, 9);
        expect(middle - low).toBeCloseTo(reach, 9);
      }
    },
  );

  test("hold the curve as often as their level says", () => {
    // A generator of its own: the draws are the same each time.
    let state = 1;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const at = Array.from({ length: 15 }, (_, i) => i / 4);
    let held = 0;
    for (let k = 0; k < 400; k++) {
      const observed = at.map((place) => decay(place, [2, 0.8, 1]) + 0.1 * normal());
      const { low, high } = curveFit(decay, at, observed, [2, 1, 1]).band(1.3, { level: 0.8 });
      if (low < decay(1.3, [2, 0.8, 1]) && decay(1.3, [2, 0.8, 1]) < high) held += 1;
    }
    // Of a binomial with p = 0.8 and n = 400, four standard deviations.
    expect(Math.abs(held / 400 - 0.8)).toBeLessThan(0.08);
  });

  test("are infinite where the curve depends on what is not determined, and only there", () => {
    const found = curveFit((at: number, { a, b }) => a * at + (at > 100 ? b : 0), places, values, {
      a: 1,
      b: 1,
    });
    expect(found).toMatchObject({ rank: 1, reason: "undetermined" });
    expect(found.message).toContain("do not determine b.");
    expect(found.standardErrors.b).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(found.standardErrors.a)).toBe(true);
    expect(Number.isFinite(found.band(5).high)).toBe(true);
    expect(found.band(101).high).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("mistakes", () => {
  const mistakes: readonly (readonly [string, () => unknown])[] = [
    ["curveFit: x has 2 values and y has 1", () => curveFit(decay, [1, 2], [1], [1])],
    [
      "the start of `b` must be a finite number, not NaN",
      () => leastSquares(() => [1], { a: 1, b: Number.NaN }),
    ],
    [
      "unknown option `weigths`; did you mean `weights`?",
      () => leastSquares(() => [1], [1], { weigths: [1] } as object),
    ],
    [
      "there are 2 weights for 1 residuals",
      () => leastSquares(() => [1], [1], { weights: [1, 2] }),
    ],
    [
      "weight 0 must be a finite number, 0 or more, not -1",
      () => leastSquares(() => [1], [1], { weights: [-1] }),
    ],
    [
      "bounds: `x[0]` cannot be between 2 and 1",
      () => leastSquares(() => [1], [1], { bounds: { lower: 2, upper: 1 } }),
    ],
    [
      "there is no unknown `c` (they are a, b)",
      () => leastSquares(() => [1], { a: 1, b: 2 }, { bounds: { lower: { c: 1 } as object } }),
    ],
    ["must return a list of numbers, not number", () => leastSquares(() => 1 as never, [1])],
    [
      "returned 2 residuals, and 1 before",
      () => leastSquares(([a]) => (a === 1 ? [a] : [1, 2]), [1]),
    ],
    ["this one has 2 rows", () => leastSquares(() => [1], [1], { jacobian: () => [[1], [2]] })],
    ["this one has a row of 2", () => leastSquares(() => [1], [1], { jacobian: () => [[1, 2]] })],
    [
      "`maxIterations` must be a number, 0 or more, not -1",
      () => leastSquares(() => [1], [1], { maxIterations: -1 }),
    ],
    [
      "`lossScale` must be a number above 0, not 0",
      () => leastSquares(() => [1], [1], { lossScale: 0 }),
    ],
  ];
  test.each(mistakes)("%s", (message, call) => {
    expect(call).toThrow(message);
  });

  test("limits are kept to the call", () => {
    const found = curveFit(decay, x, y, [1, 1, 0], { maxEvaluations: 13 });
    expect(found).toMatchObject({ evaluations: 13, converged: false, reason: "evaluations" });
    expect(curveFit(decay, x, y, [1, 1, 0], { maxIterations: 1 }).reason).toBe("iterations");
  });

  test("progress is told, in the form of the start", () => {
    const told: number[] = [];
    const named = (place: number, { a, b, c }: { a: number; b: number; c: number }) =>
      decay(place, [a, b, c]);
    const found = curveFit(
      named,
      x,
      y,
      { a: 1, b: 1, c: 0 },
      {
        onProgress: ({ iterations, x: at, cost }) => {
          expect(Object.keys(at)).toEqual(["a", "b", "c"]);
          expect(iterations).toBe(told.length + 1);
          told.push(cost);
        },
      },
    );
    expect(told).toHaveLength(found.iterations);
    expect(told).toEqual(told.toSorted((a, b) => b - a));
  });
});
