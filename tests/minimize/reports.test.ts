/** What users of other libraries have reported: each of these ended elsewhere, or said that it had converged where it had not. */
import { describe, expect, it } from "vitest";
import {
  bfgs,
  curveFit,
  doglegRegion,
  lbfgs,
  lbfgsb,
  minimize,
  nelderMead,
  newtonCg,
  steihaugRegion,
} from "../../src/minimize/index.ts";

const byGradients = {
  lbfgs: lbfgs(),
  lbfgsb: lbfgsb(),
  bfgs: bfgs(),
  newtonCg: newtonCg(),
  doglegRegion: bfgs({ search: doglegRegion() }),
  steihaugRegion: newtonCg({ search: steihaugRegion() }),
};
const every = { ...byGradients, nelderMead: nelderMead() };
const bounded = { lbfgsb: lbfgsb(), nelderMead: nelderMead() };

describe.each(Object.entries(every))("%s", (_, method) => {
  it.each([
    ["infinite", Infinity],
    ["NaN", Number.NaN],
  ])(
    "a function that is %s everywhere is no success (Optim.jl#948, scipy#4793)",
    (_name, value) => {
      const result = minimize(() => value, [1, 2], { method });
      expect(result.converged).toBe(false);
      expect(result.reason).toBe("notFinite");
    },
  );

  it("a simplex or a step that is symmetric about a maximum does not end there (Optim.jl#66)", () => {
    const { x, converged } = minimize(([at]) => (at! ** 2 - 1) ** 2, [0.5], { method });
    expect(converged).toBe(true);
    // The value is flat to the square: half of the digits.
    expect(Math.abs(Math.abs(x[0]!) - 1)).toBeLessThan(1e-8);
  });

  it("infinity outside of a square only makes steps shorter (Optim.jl#222)", () => {
    const f = (x: number[]) => (x.some((each) => Math.abs(each) > 1) ? Infinity : Math.hypot(...x));
    const { value, converged } = minimize(f, [0.1, 0.1], { method });
    expect(converged).toBe(true);
    expect(value).toBeLessThan(1e-8);
  });

  it("a wall far from a start on a slope is not walked into (scipy#11718)", () => {
    const f = ([x]: number[]) => x! + Math.exp(-10 * x!);
    const { x, converged } = minimize(f, [10], { method });
    expect(converged).toBe(true);
    // The value is flat to the square: half of its digits, over a curvature of 10.
    expect(Math.abs(x[0]! - Math.log(10) / 10)).toBeLessThan(1e-7);
  });

  it("unknowns that start at 0 have steps, too (CppNumericalSolvers#80)", () => {
    const f = ([x, y]: number[]) => 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2;
    const { x } = minimize(f, [0, 0], { method });
    // By differences: the root of the rounding of values that are nearly 0.
    expect(Math.hypot(x[0]! - 1, x[1]! - 1)).toBeLessThan(1e-6);
  });

  it("a start that is the minimum is the result (Optim.jl#261)", () => {
    const { x, converged } = minimize(([at]) => at! ** 2, [0], { method });
    expect(converged).toBe(true);
    expect(Math.abs(x[0]!)).toBeLessThan(1e-12);
  });

  it("a potential that rises steeply on one side has its minimum found (scipy#6767)", () => {
    const morse = ([r]: number[]) => 2.5 * (1 - Math.exp(-1.5 * (r! - 0.5))) ** 2;
    const { x, converged } = minimize(morse, [1], { method });
    expect(converged).toBe(true);
    expect(Math.abs(x[0]! - 0.5)).toBeLessThan(1e-8);
  });

  it("a kink keeps the best point that was seen (scipy#15643)", () => {
    const f = ([x]: number[]) => ({ value: Math.abs(x!), gradient: [Math.sign(x!)] });
    const { value, reason } = minimize(f, [1.1], { method });
    expect(value).toBeLessThan(1e-14);
    // Never that a gradient of 1 is small: only at 0 itself it is.
    expect(reason === "gradient" ? value : 0).toBe(0);
  });

  it("a start in float32 is no reason for a result of seven digits (scipy#19024)", () => {
    const f = (x: Float64Array) => x.reduce((sum, each) => sum + (each - 1) ** 2, 0);
    const { x } = minimize(f, Float32Array.of(0.3, 2, 5), { method });
    for (const each of x) expect(Math.abs(each - 1)).toBeLessThan(1e-8);
  });
});

describe.each(Object.entries(byGradients))("%s", (_, method) => {
  it("a gradient of NaN is no success (Optim.jl#948)", () => {
    const f = ([x]: number[]) => ({ value: x! ** 2, gradient: [Number.NaN] });
    expect(minimize(f, [1], { method })).toMatchObject({ reason: "notFinite", converged: false });
  });

  it("a start on a maximum is said to be perhaps no minimum (scipy#20213)", () => {
    const f = ([x, y]: number[]) => ({
      value: x! ** 4 - x! ** 2 + y! ** 4 - y! ** 2,
      gradient: [4 * x! ** 3 - 2 * x!, 4 * y! ** 3 - 2 * y!],
    });
    expect(minimize(f, [0, 0], { method }).message).toContain("a saddle, or a plateau");
  });

  it("a start beside a maximum is left for a minimum (scipy#20214, scipy#6165)", () => {
    const f = ([x]: number[]) => ({ value: Math.cos(x!), gradient: [-Math.sin(x!)] });
    const { value, converged, evaluations } = minimize(f, [0.1], { method });
    expect(converged).toBe(true);
    expect(value).toBe(-1);
    expect(evaluations).toBeLessThan(50);
  });
});

describe.each(Object.entries(bounded))("%s within bounds", (_, method) => {
  it("a start at a bound moves away from it (scipy#19991)", () => {
    const bounds = { lower: 0, upper: 4 };
    const { x, value } = minimize(([at]) => at! ** 2 - 3, [4], { method, bounds });
    expect(x[0]).toBeCloseTo(0, 8);
    expect(value).toBeCloseTo(-3, 12);
  });

  it("a minimum at a bound is no NaN (LineSearches.jl#178)", () => {
    const bounds = { lower: 0.5, upper: 1.5 };
    const { x, converged } = minimize(([at]) => at! ** 2, [1], { method, bounds });
    expect(converged).toBe(true);
    expect(x[0]).toBe(0.5);
  });

  it("waves in a square lead to one of their minima (Optim.jl#240)", () => {
    const f = ([x, y]: number[]) => ({
      value: x! ** 2 + y! ** 2 - Math.cos(18 * x!) - Math.cos(18 * y!),
      gradient: [2 * x! + 18 * Math.sin(18 * x!), 2 * y! + 18 * Math.sin(18 * y!)],
    });
    for (const start of [
      [0.3, 0.7],
      [0.9, 0.1],
      [-0.5, 0.99],
    ]) {
      const result = minimize(f, start, { method, bounds: { lower: -1, upper: 1 } });
      expect(result.converged).toBe(true);
      // No neighbour in the square is lower.
      for (const [dx, dy] of [
        [1e-3, 0],
        [-1e-3, 0],
        [0, 1e-3],
        [0, -1e-3],
      ] as const) {
        const [x, y] = [result.x[0]! + dx, result.x[1]! + dy];
        if (Math.max(Math.abs(x), Math.abs(y)) <= 1) {
          expect(f([x, y]).value).toBeGreaterThan(result.value);
        }
      }
    }
  });
});

it("lbfgsb: 100,000 unknowns that are nearly right, by values whose sum hides what is left (NLopt.jl#198)", () => {
  const unknowns = 100_000;
  const minimum = Math.exp(1 / 6);
  const start = Float64Array.from(
    { length: unknowns },
    (_, i) => minimum * (1 + 1e-3 * Math.sin(i)),
  );
  const f = (x: Float64Array, gradient: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < unknowns; i++) {
      sum += -50 * x[i]! + 300 * x[i]! * (Math.log(x[i]!) - 1);
      gradient[i] = -50 + 300 * Math.log(x[i]!);
    }
    return sum;
  };
  const { x, converged } = minimize(f, start, { method: lbfgsb(), bounds: { lower: 0.01 } });
  expect(converged).toBe(true);
  // The gradient is 254 times as large as what is missing, and within 1e-8.
  expect(x.every((each) => Math.abs(each - minimum) < 1e-8 / 250)).toBe(true);
});

describe("curveFit", () => {
  const x = Array.from({ length: 1000 }, (_, i) => (2 * Math.PI * i) / 1000);
  const wave = (t: number, [a, b]: readonly number[]) => a! * Math.sin(b! * t);
  const exact = x.map((t) => wave(t, [2, 2]));

  it("a wave is found from half its frequency, with no option to tune (ml-levenberg-marquardt#40)", () => {
    for (const start of [
      [1, 1],
      [1, 1.5],
      [2, 2.4],
    ]) {
      const found = curveFit(wave, x, exact, start);
      expect(found.converged).toBe(true);
      expect(Math.hypot(found.x[0]! - 2, found.x[1]! - 2)).toBeLessThan(1e-9);
    }
  });

  it("converges where observations are noisy, and where the fit is exact (ml-levenberg-marquardt#41)", () => {
    const noisy = exact.map((each, i) => each + 0.3 * Math.sin(1e4 * i));
    expect(curveFit(wave, x, noisy, [1, 1.5]).converged).toBe(true);
    expect(curveFit(wave, x, exact, [1, 1.5]).converged).toBe(true);
  });

  it("parameters that turn out to be 0 have their standard errors (scipy#21995)", () => {
    const places = Array.from({ length: 20 }, (_, i) => -1 + (2 * i) / 19);
    const sum = (of: (t: number) => number) => places.reduce((total, t) => total + of(t), 0);
    const [squares, fourths] = [sum((t) => t ** 2), sum((t) => t ** 4)];
    const determinant = 20 * fourths - squares ** 2;
    for (const [a, b] of [
      [1, 0],
      [0, 1],
      [0, 0],
    ] as const) {
      // An odd disturbance changes neither parameter.
      const observed = places.map((t) => a + b * t ** 2 + 0.01 * t ** 3);
      const variance = sum((t) => (0.01 * t ** 3) ** 2) / 18;
      const parabola = (t: number, [p, q]: readonly number[]) => p! + q! * t ** 2;
      const { x: found, standardErrors } = curveFit(parabola, places, observed, [1, 1]);
      expect(Math.hypot(found[0]! - a, found[1]! - b)).toBeLessThan(1e-9);
      const wanted = [fourths, 20].map((each) => Math.sqrt((each / determinant) * variance));
      // Derivatives are central differences: ten digits.
      for (const j of [0, 1]) expect(standardErrors[j]! / wanted[j]!).toBeCloseTo(1, 9);
    }
  });

  it("a step between observations determines its height, and it is said that no more is (scipy#5980)", () => {
    const zeros = new Array<number>(16).fill(0);
    zeros[5] = 0.26899724779580747;
    const high = [
      0.7596293832300737, 1.2214165441700262, 1.044997340851686, 0.7705897033203687,
      1.280988851538506, 1.4403870545862594, 1.439644250890874, 1.280013863325763,
      0.9349706185969648, 0.7035165962457238, 0.914155421686925,
    ];
    const logistic = (t: number, { b, c, d }: { b: number; c: number; d: number }) =>
      b / (1 + Math.exp(-(c + d * t)));
    const observed = [...zeros, ...high];
    const found = curveFit(logistic, [...observed.keys()], observed, { b: 0.5, c: 0.5, d: 0.5 });
    expect(found.x.b).toBeCloseTo(1.10306802, 7);
    expect(found).toMatchObject({ reason: "undetermined", converged: false, rank: 2 });
    expect(found.message).toContain("c, d");
    expect(found.standardErrors).toMatchObject({ c: Infinity, d: Infinity });
  });
});
