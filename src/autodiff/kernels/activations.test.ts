import { describe, expect, it } from "vitest";
import { Memory } from "../../runtime/memory/memory.ts";
import { type Kernels, kernelsFor } from "./index.ts";

const memory = new Memory("growing", 0);
const kernels = kernelsFor(memory);
const unit = 2 ** -24;
const smallest = 2 ** -126;

/** Both signs from 1e-6 to 20, evenly and by orders of magnitude, 0 and what lies far out. */
const points = Float32Array.from(
  [
    ...Array.from({ length: 20_001 }, (_, i) => (i / 20_000) * 20),
    ...Array.from({ length: 2000 }, (_, i) => 10 ** (-6 + i / 400)),
    ...[100, 1e10, 3e38],
  ].flatMap((x) => [x, -x]),
);

const allocate = (values: Float32Array): Float32Array => {
  const view = memory.view("float32", memory.allocate(values.byteLength), values.length);
  view.set(values);
  return view;
};
const x = allocate(points);
const ones = allocate(new Float32Array(points.length).fill(1));
const target = allocate(points);

type Name = "sigmoid" | "tanh" | "gelu" | "geluTanh";

function values(name: Name, at = x): Float32Array {
  kernels[name](at.length, at.byteOffset, target.byteOffset);
  return target.slice(0, at.length);
}

function slopes(name: `${Name}Gradient` & keyof Kernels, of: Float32Array): Float32Array {
  kernels[name](x.length, of.byteOffset, ones.byteOffset, target.byteOffset);
  return target.slice();
}

/** The largest error in units of 2^-24 of the value; what is below the normal numbers may be 0. */
function relative(found: Float32Array, reference: (x: number) => number): number {
  return points.reduce((worst, point, i) => {
    const value = Math.abs(reference(point));
    const error = Math.abs(Math.abs(found[i]!) - value);
    const allowed = value < smallest ? smallest / unit : value;
    return Math.max(worst, error / allowed / unit);
  }, 0);
}

/** The largest error in units of 2^-24. */
function absolute(found: Float32Array, reference: (x: number) => number): number {
  return points.reduce((worst, point, i) => {
    return Math.max(worst, Math.abs(found[i]! - reference(point)) / unit);
  }, 0);
}

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** P(X <= x) in float64: near 0 by the series of P(0 < X < x), far out by Laplace's fraction. */
function probability(x: number): number {
  const far = Math.abs(x);
  let tail: number;
  if (far < 2.5) {
    let [term, sum] = [far, far];
    for (let n = 1; n < 60; n++) {
      term *= (far * far) / (2 * n + 1);
      sum += term;
    }
    tail = 0.5 - sum * density(far);
  } else {
    let fraction = 0;
    for (let k = 100; k > 0; k--) {
      fraction = k / (far + fraction);
    }
    tail = density(far) / (far + fraction);
  }
  return x > 0 ? 1 - tail : tail;
}

const inner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
/** (1 + tanh(u)) / 2 without its cancellation for large negative u. */
const half = (u: number) => 1 / (1 + Math.exp(-2 * u));

it("knows the tabulated probabilities of the normal distribution", () => {
  // Abramowitz and Stegun, table 26.1.
  expect(probability(1)).toBeCloseTo(0.841344746068543, 14);
  expect(probability(2)).toBeCloseTo(0.977249868051821, 14);
  expect(probability(-5) / 2.866515719e-7).toBeCloseTo(1, 9);
});

// Half a unit is what rounding the right value costs. The slope of GELU's approximation has the
// rounding of 1 - tanh(u)^2 times x du/dx, which is about 20 where tanh(u) approaches 1.
describe("within a few units of 2^-24", () => {
  it("computes the logistic function", () => {
    expect(relative(values("sigmoid"), (x) => 1 / (1 + Math.exp(-x)))).toBeLessThan(3);
  });

  it("computes tanh, for tiny x as well", () => {
    expect(relative(values("tanh"), Math.tanh)).toBeLessThan(3);
    expect([...values("tanh", x.subarray(0, 2))]).toEqual([0, -0]);
  });

  it("computes P(X <= x) and its approximation", () => {
    const share = (name: Name) =>
      values(name).map((value, i) => (points[i] ? value / points[i] : 0.5));
    expect(absolute(share("gelu"), probability)).toBeLessThan(5);
    expect(absolute(share("geluTanh"), (x) => half(inner(x)))).toBeLessThan(5);
  });

  it("computes derivatives", () => {
    const logistic = (x: number) => 1 / (1 + Math.exp(-x));
    expect(
      absolute(slopes("sigmoidGradient", allocate(values("sigmoid"))), (x) => {
        return logistic(x) * logistic(-x);
      }),
    ).toBeLessThan(3);
    expect(
      absolute(slopes("tanhGradient", allocate(values("tanh"))), (x) => 1 - Math.tanh(x) ** 2),
    ).toBeLessThan(5);
    expect(
      absolute(slopes("geluGradient", x), (x) => probability(x) + x * density(x)),
    ).toBeLessThan(5);
    expect(
      absolute(slopes("geluTanhGradient", x), (x) => {
        const slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        const tail = half(inner(x)) * half(-inner(x));
        return half(inner(x)) + (tail === 0 ? 0 : 2 * x * tail * slope);
      }),
    ).toBeLessThan(25);
  });
});

it("keeps the tail of GELU, where 1 + erf(x) would have no digit left", () => {
  // The exponent's own rounding grows with x^2 / 2.
  expect(relative(values("gelu"), (x) => x * probability(x))).toBeLessThan(80);
});

it("carries NaN, and has limits at infinity", () => {
  const special = allocate(Float32Array.of(NaN, Infinity, -Infinity));
  expect([...values("sigmoid", special)].slice(0, 2)).toEqual([NaN, 1]);
  expect([...values("tanh", special)]).toEqual([NaN, 1, -1]);
  expect([...values("gelu", special)].slice(0, 2)).toEqual([NaN, Infinity]);
  expect([...values("geluTanh", special)].slice(0, 2)).toEqual([NaN, Infinity]);
});
