/** Problems 1 to 6 of Moré, Garbow and Hillstrom: two unknowns. */
import { type Problem, upTo } from "./problem.ts";

const rosenbrock: Problem = {
  number: 1,
  name: "Rosenbrock",
  m: 2,
  start: [-1.2, 1],
  residuals: ([x, y]) => [10 * (y! - x! ** 2), 1 - x!],
  jacobian: ([x]) => [
    [-20 * x!, 10],
    [-1, 0],
  ],
  minima: [{ value: 0, at: [1, 1] }],
};

const freudensteinRoth: Problem = {
  number: 2,
  name: "Freudenstein and Roth",
  m: 2,
  start: [0.5, -2],
  residuals: ([x, y]) => [
    -13 + x! + ((5 - y!) * y! - 2) * y!,
    -29 + x! + ((y! + 1) * y! - 14) * y!,
  ],
  jacobian: ([, y]) => [
    [1, (10 - 3 * y!) * y! - 2],
    [1, (2 + 3 * y!) * y! - 14],
  ],
  minima: [
    { value: 0, at: [5, 4] },
    { value: 48.98425367924, at: [11.412778986902, -0.896805253274], local: true },
  ],
};

const powellBadlyScaled: Problem = {
  number: 3,
  name: "Powell badly scaled",
  m: 2,
  start: [0, 1],
  residuals: ([x, y]) => [1e4 * x! * y! - 1, Math.exp(-x!) + Math.exp(-y!) - 1.0001],
  jacobian: ([x, y]) => [
    [1e4 * y!, 1e4 * x!],
    [-Math.exp(-x!), -Math.exp(-y!)],
  ],
  minima: [{ value: 0, at: [1.0981593296998e-5, 9.1061467398665] }],
};

const brownBadlyScaled: Problem = {
  number: 4,
  name: "Brown badly scaled",
  m: 3,
  start: [1, 1],
  residuals: ([x, y]) => [x! - 1e6, y! - 2e-6, x! * y! - 2],
  jacobian: ([x, y]) => [
    [1, 0],
    [0, 1],
    [y!, x!],
  ],
  minima: [{ value: 0, at: [1e6, 2e-6] }],
};

const beale: Problem = {
  number: 5,
  name: "Beale",
  m: 3,
  start: [1, 1],
  residuals: ([x, y]) => [1.5, 2.25, 2.625].map((value, i) => value - x! * (1 - y! ** (i + 1))),
  jacobian: ([x, y]) => upTo(3, (i) => [y! ** i - 1, i * x! * y! ** (i - 1)]),
  minima: [{ value: 0, at: [3, 0.5] }],
};

const jennrichSampson: Problem = {
  number: 6,
  name: "Jennrich and Sampson",
  m: 10,
  start: [0.3, 0.4],
  residuals: ([x, y]) => upTo(10, (i) => 2 + 2 * i - Math.exp(i * x!) - Math.exp(i * y!)),
  jacobian: ([x, y]) => upTo(10, (i) => [-i * Math.exp(i * x!), -i * Math.exp(i * y!)]),
  minima: [{ value: 124.36218235561, at: [0.2578252137, 0.2578252137] }],
};

export const twoUnknowns: readonly Problem[] = [
  rosenbrock,
  freudensteinRoth,
  powellBadlyScaled,
  brownBadlyScaled,
  beale,
  jennrichSampson,
];
