/** Problems 7 to 12 of Moré, Garbow and Hillstrom: three unknowns. */
import { type Problem, upTo } from "./problem.ts";

/** The angle around the axis of the helix in turns. The paper's branches of the arc tangent are those of atan2. */
const turn = (x: number, y: number) => {
  const half = Math.atan(y / x) / (2 * Math.PI);
  return x > 0 ? half : half + 0.5;
};

const helicalValley: Problem = {
  number: 7,
  name: "Helical valley",
  m: 3,
  start: [-1, 0, 0],
  residuals: ([x, y, z]) => [10 * (z! - 10 * turn(x!, y!)), 10 * (Math.hypot(x!, y!) - 1), z!],
  jacobian: ([x, y]) => {
    const radius = Math.hypot(x!, y!);
    const slope = 50 / (Math.PI * radius ** 2);
    return [
      [slope * y!, -slope * x!, 10],
      [(10 * x!) / radius, (10 * y!) / radius, 0],
      [0, 0, 1],
    ];
  },
  minima: [{ value: 0, at: [1, 0, 0] }],
};

const bardData = [
  0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39,
];

const bard: Problem = {
  number: 8,
  name: "Bard",
  m: 15,
  start: [1, 1, 1],
  residuals: ([x, y, z]) =>
    upTo(15, (u) => bardData[u - 1]! - (x! + u / ((16 - u) * y! + Math.min(u, 16 - u) * z!))),
  jacobian: ([, y, z]) =>
    upTo(15, (u) => {
      const [v, w] = [16 - u, Math.min(u, 16 - u)];
      const square = (v * y! + w * z!) ** 2;
      return [-1, (u * v) / square, (u * w) / square];
    }),
  minima: [
    { value: 8.214877306579e-3, at: [0.0824105597, 1.1330360919, 2.3436951785] },
    // At (0.8406, -infinity, -infinity).
    { value: 17.4286933333, local: true },
  ],
};

const bell = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989];
const bells = [...bell, ...bell.slice(0, 7).reverse()];

const gaussian: Problem = {
  number: 9,
  name: "Gaussian",
  m: 15,
  start: [0.4, 1, 0],
  residuals: ([x, y, z]) =>
    upTo(15, (i) => x! * Math.exp((-y! * ((8 - i) / 2 - z!) ** 2) / 2) - bells[i - 1]!),
  jacobian: ([x, y, z]) =>
    upTo(15, (i) => {
      const distance = (8 - i) / 2 - z!;
      const height = Math.exp((-y! * distance ** 2) / 2);
      return [height, (-x! * height * distance ** 2) / 2, x! * height * y! * distance];
    }),
  minima: [{ value: 1.12793276962e-8, at: [0.3989561378, 1.0000190845, 0] }],
};

const resistances = [
  34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307,
  2872,
];

const meyer: Problem = {
  number: 10,
  name: "Meyer",
  m: 16,
  start: [0.02, 4000, 250],
  residuals: ([x, y, z]) =>
    upTo(16, (i) => x! * Math.exp(y! / (45 + 5 * i + z!)) - resistances[i - 1]!),
  jacobian: ([x, y, z]) =>
    upTo(16, (i) => {
      const shifted = 45 + 5 * i + z!;
      const power = Math.exp(y! / shifted);
      return [power, (x! * power) / shifted, (-x! * power * y!) / shifted ** 2];
    }),
  minima: [{ value: 87.945855170996, at: [5.60963646902e-3, 6181.34634728, 345.223634632] }],
};

/** The paper allows 3 to 100 residuals, and misprints their formula: it is |yᵢ - x₂| to the power of x₃. */
const gulf: Problem = {
  number: 11,
  name: "Gulf research and development",
  m: 99,
  start: [5, 2.5, 0.15],
  residuals: ([x, y, z]) =>
    upTo(99, (i) => Math.exp(-(Math.abs(lifetime(i) - y!) ** z!) / x!) - i / 100),
  jacobian: ([x, y, z]) =>
    upTo(99, (i) => {
      const distance = lifetime(i) - y!;
      const power = Math.abs(distance) ** z!;
      const share = (Math.exp(-power / x!) * power) / x!;
      return [share / x!, (share * z!) / distance, -share * Math.log(Math.abs(distance))];
    }),
  minima: [{ value: 0, at: [50, 25, 1.5] }],
};
const lifetime = (i: number) => 25 + (-50 * Math.log(i / 100)) ** (2 / 3);

const box: Problem = {
  number: 12,
  name: "Box three-dimensional",
  m: 10,
  start: [0, 10, 20],
  residuals: ([x, y, z]) =>
    upTo(10, (i) => {
      const t = i / 10;
      return Math.exp(-t * x!) - Math.exp(-t * y!) - z! * (Math.exp(-t) - Math.exp(-i));
    }),
  jacobian: ([x, y]) =>
    upTo(10, (i) => {
      const t = i / 10;
      return [-t * Math.exp(-t * x!), t * Math.exp(-t * y!), Math.exp(-i) - Math.exp(-t)];
    }),
  // Further minima are all points at which the first two are equal and the third is 0.
  minima: [
    { value: 0, at: [1, 10, 1] },
    { value: 0, at: [10, 1, -1] },
  ],
};

export const threeUnknowns: readonly Problem[] = [helicalValley, bard, gaussian, meyer, gulf, box];
