import { expect, it } from "vitest";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { galore } from "./galore.ts";

it("with full rank changes nothing in matrices of several blocks, high or wide", () => {
  const make = () => parameters({ high: [600, 7], wide: [7, 600] }, { type: "float64" });
  const [one, other] = [make(), make()];
  using low = galore(one, sgd({ lr: 1 }), { rank: 7, every: 1 });
  using whole = optimize(other, sgd({ lr: 1 }));
  const high = Float64Array.from({ length: 4200 }, (_, i) => Math.sin(i * i));
  low.step({ high, wide: high });
  whole.step({ high, wide: high });
  for (const name of ["high", "wide"] as const) {
    one[name].data.forEach((value, i) => {
      expect(Math.abs(value - other[name].data[i]!)).toBeLessThan(1e-13);
    });
  }
});

it("moves a matrix only along its first directions until they are chosen anew", () => {
  const net = parameters({ w: [4, 6] }, { type: "float64" });
  using optimizer = galore(net, adam(), { rank: 2, every: 3 });
  const basis = () => [...optimizer.state().parameters["w"]!["galore.basis"]!];
  const outer = (u: number[], v: number[]) => u.flatMap((a) => v.map((b) => a * b));
  const [e0, e2, e3] = [0, 2, 3].map((k) => [0, 1, 2, 3].map((i) => Number(i === k)));
  const [v, z] = [
    [1, 2, 3, 4, 5, 6],
    [2, -1, 0, 0, 0, 0],
  ];
  const first = outer(e0!, v!).map((x, i) => x + outer(e2!, z!)[i]!);
  const later = outer(e3!, v!).map((x, i) => x + outer(e2!, z!)[i]!);
  const rowsMoved = () =>
    [0, 1, 2, 3].map((i) => net.w.data.subarray(6 * i, 6 * i + 6).some(Boolean));
  for (const gradient of [first, later, later]) {
    optimizer.step({ w: gradient });
    expect(rowsMoved()).toEqual([true, false, true, false]);
    expect(basis().map(Math.abs)).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
  }
  optimizer.step({ w: later });
  expect(rowsMoved()).toEqual([true, false, true, true]);
});

it("turns new directions to the side of the old ones, whatever their signs are", () => {
  const net = parameters({ w: [3, 5] }, { type: "float64" });
  using optimizer = galore(net, adam(), { rank: 3, every: 1 });
  let last: number[] | undefined;
  for (let step = 0; step < 30; step++) {
    const w = Float64Array.from(
      { length: 15 },
      (_, i) => Math.sin(i * i + step / 5) * 3 ** -(i % 3),
    );
    optimizer.step({ w });
    const basis = [...optimizer.state().parameters["w"]!["galore.basis"]!];
    for (let j = 0; last && j < 3; j++) {
      expect(
        last[j]! * basis[j]! + last[3 + j]! * basis[3 + j]! + last[6 + j]! * basis[6 + j]!,
      ).toBeGreaterThanOrEqual(0);
    }
    last = basis;
  }
});

it.each([
  ["float64", 2 ** 700],
  ["float64", 2 ** -700],
  ["float64", 2 ** -1040],
  ["float32", 2 ** 100],
  ["float32", 2 ** -120],
] as const)(
  "finds the same directions in %s whatever power of two scales gradients: %d",
  (type, scale) => {
    const shapes = { high: [5, 3], wide: [3, 5] } as const;
    const [one, other] = [parameters(shapes, { type }), parameters(shapes, { type })];
    using scaled = galore(one, sgd({ lr: 1 }), { rank: 2 });
    using usual = galore(other, sgd({ lr: 1 }), { rank: 2 });
    // With few bits, so that none is lost in subnormal numbers.
    const gradient = Array.from({ length: 15 }, (_, i) => ((i * i * 7) % 16) - 5);
    usual.step({ high: gradient, wide: gradient });
    const times = gradient.map((value) => value * scale);
    scaled.step({ high: times, wide: times });
    for (const name of ["high", "wide"] as const) {
      const [a, b] = [scaled, usual].map((each) => each.state().parameters[name]!["galore.basis"]!);
      expect(a).toEqual(b);
      expect(b!.some(Boolean)).toBe(true);
    }
  },
);
