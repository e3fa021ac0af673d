/** What holds of every method, whatever the function. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adam, sgd } from "../../src/index.ts";
import {
  backtracking,
  bfgs,
  checkGradient,
  doglegRegion,
  gradientDescent,
  lbfgs,
  lbfgsb,
  type Method,
  minimize,
  nelderMead,
  newtonCg,
  steihaugRegion,
  zoom,
} from "../../src/minimize/index.ts";
import { bowl, rosenbrock } from "./functions.ts";

const methods: Readonly<Record<string, Method>> = {
  lbfgs: lbfgs(),
  "lbfgs with zoom": lbfgs({ memory: 3, search: zoom() }),
  "lbfgs with backtracking": lbfgs({ search: backtracking() }),
  lbfgsb: lbfgsb(),
  bfgs: bfgs(),
  "bfgs with doglegRegion": bfgs({ search: doglegRegion() }),
  "bfgs with steihaugRegion": bfgs({ search: steihaugRegion() }),
  newtonCg: newtonCg(),
  "newtonCg with steihaugRegion": newtonCg({ search: steihaugRegion() }),
  nelderMead: nelderMead(),
  "gradientDescent by adam": gradientDescent(adam({ lr: 0.1 })),
  "gradientDescent by sgd": gradientDescent(sgd({ lr: 1e-3 })),
};
const each = Object.entries(methods);
const second = each.filter(([name]) => !/gradient/.test(name));
const bounded = each.filter(([, method]) => method.bounded);

const number = fc.double({ min: -3, max: 3, noNaN: true });
const vector = fc.array(number, { minLength: 1, maxLength: 5 });

/** A function with waves: smooth, with many minima. */
const waves = (phases: readonly number[]) => (x: number[]) => ({
  value: x.reduce((sum, v, i) => sum + v * v * 0.1 + Math.sin(2 * v + phases[i]!), 0),
  gradient: x.map((v, i) => 0.2 * v + 2 * Math.cos(2 * v + phases[i]!)),
});

describe.each(each)("%s", (_, method) => {
  const limits = { method, maxIterations: 60 };

  it("never returns a worse point than the start", () => {
    fc.assert(
      fc.property(vector, fc.array(number, { minLength: 5, maxLength: 5 }), (start, phases) => {
        const f = waves(phases);
        const { x, value } = minimize(f, start, limits);
        expect(value).toBeLessThanOrEqual(f(start).value);
        expect(value).toBe(f(x).value);
      }),
    );
  });

  it("steps back from what is not finite", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 50, noNaN: true }), (start) => {
        // NaN at and below 0, infinite above 60; its minimum at 1 is near both for a long step.
        const f = ([x]: number[]) =>
          x! > 60
            ? { value: Infinity, gradient: [Infinity] }
            : { value: x! - Math.log(x!), gradient: [1 - 1 / x!] };
        const { x, value } = minimize(f, [start], limits);
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeLessThanOrEqual(f([start]).value);
        expect(x[0]).toBeGreaterThan(0);
      }),
    );
  });

  it("takes gradients whose squares no number holds, or says why not", () => {
    for (const size of [1e155, 1e300]) {
      const f = ([x]: number[]) => ({ value: size * x! * x!, gradient: [2 * size * x!] });
      const result = minimize(f, [1], limits);
      expect(result.value).toBeLessThanOrEqual(size);
      if (!result.converged) expect(["notFinite", "iterations"]).toContain(result.reason);
    }
  });

  it("leaves a constant function where it is", () => {
    const result = minimize(() => ({ value: 3, gradient: [0, 0] }), [1, 2], { method });
    expect(result.x).toEqual([1, 2]);
    expect(result).toMatchObject({ value: 3, converged: true });
  });

  it("has nothing to do without unknowns", () => {
    const result = minimize(() => ({ value: 3, gradient: [] }), [], { method });
    expect(result).toMatchObject({ x: [], value: 3, reason: "gradient", evaluations: 1 });
  });

  it("is cancelled midway, with the best point so far", () => {
    const controller = new AbortController();
    let calls = 0;
    let least = Infinity;
    const f = (x: number[]) => {
      if (++calls === 7) controller.abort();
      const result = rosenbrock(x);
      least = Math.min(least, result.value);
      return result;
    };
    const result = minimize(f, [-1.2, 1], { method, signal: controller.signal });
    expect(result).toMatchObject({ reason: "cancelled", converged: false });
    expect(calls).toBe(7);
    expect(result.value).toBeLessThanOrEqual(rosenbrock([-1.2, 1]).value);
    expect(result.value).toBeGreaterThanOrEqual(least);
  });

  it("keeps to the limit of evaluations", () => {
    for (const maxEvaluations of [1, 2, 3, 10, 17]) {
      let calls = 0;
      const f = (x: number[]) => {
        calls++;
        return rosenbrock(x);
      };
      const result = minimize(f, [-1.2, 1], { method, maxEvaluations });
      expect(calls).toBeLessThanOrEqual(maxEvaluations);
      expect(result).toMatchObject({ evaluations: calls, reason: "evaluations" });
    }
  });

  it("says that a start is not finite, and does not begin", () => {
    const result = minimize(() => ({ value: Number.NaN, gradient: [1] }), [1], { method });
    expect(result).toMatchObject({ x: [1], iterations: 0, reason: "notFinite" });
    expect(result.message).toContain("the value is NaN at the start");
  });

  it("goes on from any iteration bit for bit", () => {
    const last = minimize(rosenbrock, [-1.2, 1], { method, maxIterations: 25 });
    for (const stop of [0, 1, 2, 9, 20]) {
      const first = minimize(rosenbrock, [-1.2, 1], { method, maxIterations: stop });
      const resume = structuredClone(first.save());
      const { x, value, evaluations } = minimize(rosenbrock, [0, 0], {
        method,
        maxIterations: 25,
        resume,
      });
      expect({ x, value, evaluations }).toEqual({
        x: last.x,
        value: last.value,
        evaluations: last.evaluations,
      });
    }
  });
});

describe.each(second)("%s", (_, method) => {
  it("finds the bottom of any bowl, of one unknown too", () => {
    const weight = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(weight, number, number), { minLength: 1, maxLength: 4 }),
        (unknowns) => {
          const f = bowl(
            unknowns.map(([w]) => w),
            unknowns.map(([, c]) => c),
          );
          const { x, converged } = minimize(
            f,
            unknowns.map(([, , s]) => s),
            { method },
          );
          expect(converged).toBe(true);
          for (const [i, [, centre]] of unknowns.entries()) {
            expect(Math.abs(x[i]! - centre)).toBeLessThan(1e-5);
          }
        },
      ),
    );
  });

  it("stands unknowns that differ by 1e12, whose sizes are given", () => {
    const f = bowl([1e12, 1, 1e-12], [1e-6, 1, 1e6]);
    const start = [3e-6, 3, 3e6];
    const { x, value } = minimize(f, start, { method, typical: [1e-6, 1, 1e6] });
    expect(value).toBeLessThan(1e-12);
    expect(value).toBe(f(x).value);
    expect(minimize(f, start, { method }).value).toBeLessThan(2.0001);
  });
});

describe.each(bounded)("%s", (_, method) => {
  it("never evaluates outside bounds, with and without gradients", () => {
    const bound = fc.tuple(number, fc.double({ min: 0, max: 2, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bound, number, number), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (unknowns, hasGradient) => {
          const lower = unknowns.map(([[least]]) => least);
          const upper = unknowns.map(([[least, size]]) => least + size);
          const f = waves(unknowns.map(([, phase]) => phase));
          const start = unknowns.map(([, , each]) => each);
          const watched = (x: number[]) => {
            for (const [i, each] of x.entries()) {
              expect(each).toBeGreaterThanOrEqual(lower[i]!);
              expect(each).toBeLessThanOrEqual(upper[i]!);
            }
            return hasGradient ? f(x) : f(x).value;
          };
          const { value } = minimize(watched, start, {
            method,
            bounds: { lower, upper },
            maxIterations: 60,
          });
          const inside = start.map((each, i) => Math.min(Math.max(each, lower[i]!), upper[i]!));
          expect(value).toBeLessThanOrEqual(f(inside).value);
        },
      ),
    );
  });

  it("finds the corner that is nearest to the bottom of a bowl", () => {
    const f = bowl([1, 2, 3], [5, -5, 0.2]);
    const { x, converged } = minimize(f, [0, 0, 0], {
      method,
      bounds: { lower: -1, upper: [1, 1, 1] },
    });
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(1, 7);
    expect(x[1]).toBeCloseTo(-1, 7);
    expect(x[2]).toBeCloseTo(0.2, 6);
  });
});

describe("checkGradient", () => {
  it("finds any one wrong element, and by how much it is off", () => {
    fc.assert(
      fc.property(
        vector,
        fc.array(number, { minLength: 5, maxLength: 5 }),
        fc.nat(),
        fc.double({ min: 1e-3, max: 2, noNaN: true }),
        (x, phases, which, by) => {
          const right = waves(phases);
          expect(checkGradient(right, x)).toMatchObject({ ok: true, mismatches: [] });
          const index = which % x.length;
          const wrong = (at: number[]) => {
            const { value, gradient } = right(at);
            return { value, gradient: gradient.map((g, i) => (i === index ? g + by : g)) };
          };
          const { ok, mismatches } = checkGradient(wrong, x);
          expect(ok).toBe(false);
          expect(mismatches).toHaveLength(1);
          expect(mismatches[0]).toMatchObject({ index, name: `x[${index}]`, finding: "wrong" });
          expect(mismatches[0]!.analytical - mismatches[0]!.numerical).toBeCloseTo(by, 6);
        },
      ),
    );
  });
});
