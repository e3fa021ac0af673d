/** What holds of every least squares problem, however odd. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dogleg, leastSquares, levenbergMarquardt } from "../../src/minimize/index.ts";

const number = fc.integer({ min: -640, max: 640 }).map((value) => value / 64);
const methods = fc.constantFrom(
  levenbergMarquardt(),
  levenbergMarquardt({ geodesic: true }),
  dogleg(),
);

/** A sum of waves, powers and products: smooth, with many minima. */
const bumpy = fc.record({
  n: fc.integer({ min: 1, max: 4 }),
  m: fc.integer({ min: 1, max: 7 }),
  seeds: fc.array(number, { minLength: 56, maxLength: 56 }),
  start: fc.array(number, { minLength: 4, maxLength: 4 }),
  method: methods,
});

const residualsOf =
  ({ m, seeds }: { m: number; seeds: readonly number[] }) =>
  (x: readonly number[]) =>
    Array.from({ length: m }, (_, i) =>
      x.reduce((sum, value, j) => {
        const [a, b] = [seeds[i * 8 + j * 2]!, seeds[i * 8 + j * 2 + 1]!];
        return sum + a * Math.sin(value) + b * value ** 2 - Math.abs(a * b);
      }, 0),
    );

const squares = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value ** 2, 0);

describe("any problem", () => {
  test("never ends at a worse point than its start, and says what it has found there", () => {
    fc.assert(
      fc.property(bumpy, (problem) => {
        const residuals = residualsOf(problem);
        const start = problem.start.slice(0, problem.n);
        const { x, residualSumOfSquares, converged, reason } = leastSquares(residuals, start, {
          method: problem.method,
        });
        expect(residualSumOfSquares).toBeLessThanOrEqual(squares(residuals(start)) * (1 + 1e-12));
        expect(residualSumOfSquares).toBeCloseTo(squares(residuals(x)), 9);
        expect(converged).toBe(["gradient", "value", "step"].includes(reason));
      }),
    );
  });

  test("that converges has a gradient that is zero, by other differences than its own", () => {
    fc.assert(
      fc.property(bumpy, (problem) => {
        const residuals = residualsOf(problem);
        const found = leastSquares(residuals, problem.start.slice(0, problem.n));
        if (!found.converged) return;
        const x = Array.from(found.x);
        const at = (j: number, step: number) =>
          residuals(x.map((value, k) => (k === j ? value + step : value)));
        const r = at(0, 0);
        for (const j of x.keys()) {
          const h = 1e-3 * Math.max(1, Math.abs(x[j]!));
          const [before, less, more, after] = [at(j, -2 * h), at(j, -h), at(j, h), at(j, 2 * h)];
          const column = r.map(
            (_, i) => (before![i]! - 8 * less![i]! + 8 * more![i]! - after![i]!) / (12 * h),
          );
          const slope = column.reduce((sum, value, i) => sum + value * r[i]!, 0);
          const length = Math.hypot(...column);
          const rounding = 1e-9 * (length * (1 + Math.hypot(...x) * length) + 1);
          expect(Math.abs(slope)).toBeLessThanOrEqual(
            (1e-3 * length + rounding) * Math.hypot(...r) + rounding,
          );
        }
      }),
    );
  });

  test("never has a call outside its bounds, wherever it starts", () => {
    const boxed = fc.tuple(
      bumpy,
      fc.array(fc.tuple(number, number), { minLength: 4, maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        boxed,
        fc.constantFrom("forward", "central", "both"),
        ([problem, ends], differences) => {
          const residuals = residualsOf(problem);
          const lower = ends.slice(0, problem.n).map(([a, b]) => Math.min(a, b));
          const upper = ends.slice(0, problem.n).map(([a, b]) => Math.max(a, b));
          const start = problem.start.slice(0, problem.n);
          const inside = start.map((v, j) => Math.min(Math.max(v, lower[j]!), upper[j]!));
          const { residualSumOfSquares } = leastSquares(
            (x) => {
              for (const [j, value] of x.entries()) {
                expect(value).toBeGreaterThanOrEqual(lower[j]!);
                expect(value).toBeLessThanOrEqual(upper[j]!);
              }
              return residuals(x);
            },
            start,
            { bounds: { lower, upper }, differences, method: problem.method },
          );
          expect(residualSumOfSquares).toBeLessThanOrEqual(
            squares(residuals(inside)) * (1 + 1e-12),
          );
        },
      ),
    );
  });

  test("steps back from where it is not finite, and has only numbers in its result", () => {
    const wall = fc.record({
      at: fc.double({ min: -2, max: 2, noNaN: true }),
      value: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
    });
    fc.assert(
      fc.property(bumpy, wall, (problem, { at, value }) => {
        const smooth = residualsOf(problem);
        const residuals = (x: readonly number[]) =>
          x[0]! > at ? smooth(x).map(() => value) : smooth(x);
        const start = problem.start.slice(0, problem.n);
        start[0] = at - Math.abs(start[0]!);
        const found = leastSquares(residuals, start);
        expect(found.x.every(Number.isFinite)).toBe(true);
        expect(Number.isFinite(found.residualSumOfSquares)).toBe(true);
        expect(found.x[0]).toBeLessThanOrEqual(at);
        expect(found.residualSumOfSquares).toBeLessThanOrEqual(
          squares(residuals(start)) * (1 + 1e-12),
        );
      }),
    );
  });

  test("that is cancelled midway keeps its best point, and calls nothing more", () => {
    fc.assert(
      fc.property(bumpy, fc.integer({ min: 1, max: 40 }), (problem, after) => {
        const residuals = residualsOf(problem);
        const controller = new AbortController();
        let calls = 0;
        let later = 0;
        const start = problem.start.slice(0, problem.n);
        const found = leastSquares(
          (x) => {
            calls += 1;
            if (calls === after) controller.abort();
            if (calls > after) later += 1;
            return residuals(x);
          },
          start,
          { signal: controller.signal, differences: "forward" },
        );
        if (calls < after) return;
        expect(later).toBe(0);
        // Unless it was the very last call, the errors at least are not known.
        if (found.reason === "cancelled") expect(found.rank).toBeNaN();
        expect(found.x).toHaveLength(problem.n);
        expect(found.residualSumOfSquares).toBeLessThanOrEqual(
          squares(residuals(start)) * (1 + 1e-12),
        );
      }),
    );
  });
});

test("what is cancelled says so", () => {
  const controller = new AbortController();
  const told: number[] = [];
  const found = leastSquares(([a, b]) => [10 * (b! - a! ** 2), 1 - a!], [-1.2, 1], {
    signal: controller.signal,
    onProgress: ({ iterations, x }) => {
      told.push(...x);
      if (iterations === 3) controller.abort();
    },
  });
  expect(found).toMatchObject({ iterations: 3, reason: "cancelled", converged: false });
  expect(found.x).toEqual(told.slice(-2));
});

describe("odd problems", () => {
  test("without unknowns", () => {
    const found = leastSquares(() => [1, 2], []);
    expect(found).toMatchObject({ x: [], residualSumOfSquares: 5, rank: 0, converged: true });
  });

  test("without residuals", () => {
    expect(leastSquares(() => [], [1])).toMatchObject({ x: [1], rank: 0, reason: "undetermined" });
  });

  test("with constant residuals", () => {
    expect(leastSquares(() => [1, 2, 3], [1, 2])).toMatchObject({
      ...{ x: [1, 2], rank: 0, converged: false, reason: "undetermined" },
      standardErrors: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    });
  });

  test("with one unknown", () => {
    const { x, converged } = leastSquares(([a]) => [a! ** 2 - 2], [1]);
    expect(x[0]).toBeCloseTo(Math.SQRT2, 14);
    expect(converged).toBe(true);
  });

  test("with fewer residuals than unknowns", () => {
    const { x, rank, reason } = leastSquares(([a, b]) => [a! + 2 * b! - 3], [0, 0]);
    expect(x[0]! + 2 * x[1]!).toBeCloseTo(3, 12);
    expect({ rank, reason }).toEqual({ rank: 1, reason: "undetermined" });
  });

  test.each([levenbergMarquardt(), dogleg()])(
    "with unknowns that differ by 10¹², by $name",
    (method) => {
      const places = Array.from({ length: 20 }, (_, i) => i / 4);
      const model = (x: number, a: number, b: number) => a * 1e-6 * Math.exp(-b * 1e6 * x);
      const found = leastSquares(
        ({ a, b }) => places.map((x) => model(x, a, b) - model(x, 3e6, 0.7e-6)),
        { a: 1e6, b: 1e-6 },
        { method },
      );
      expect(found.converged).toBe(true);
      expect(found.x.a / 3e6).toBeCloseTo(1, 10);
      expect(found.x.b / 0.7e-6).toBeCloseTo(1, 10);
    },
  );

  test("that start all but at 0, and pass it on the way", () => {
    for (const start of [1e-20, -1e-300, 0]) {
      const { x, converged } = leastSquares(
        ([a, b]) => [a! - 5, b! - a!, a! * b! - 20],
        [start, start],
      );
      expect(converged).toBe(true);
      expect(x[0]).toBeCloseTo(4.58483, 5);
    }
  });

  test("that are NaN at the start", () => {
    const found = leastSquares(() => [Number.NaN], [1]);
    expect(found).toMatchObject({ x: [1], converged: false, reason: "notFinite" });
  });

  test("with a jump, where no minimum is claimed", () => {
    const { reason } = leastSquares(([a]) => [a! > 1 ? a! : a! - 5, 1], [4]);
    expect(reason).toBe("stalled");
  });

  test("with a wrong Jacobian, where no minimum is claimed", () => {
    const { converged, reason } = leastSquares(([a, b]) => [a! - 1, b! - 2, a! * b!], [3, 4], {
      jacobian: ([a, b]) => [
        [-1, 0],
        [0, -1],
        [-b!, -a!],
      ],
    });
    expect({ converged, reason }).toEqual({ converged: false, reason: "stalled" });
  });
});
