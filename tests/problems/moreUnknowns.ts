/** Problems 13 to 19 of Moré, Garbow and Hillstrom: four to eleven unknowns. */
import { type Problem, upTo } from "./problem.ts";

const [root5, root10, root90] = [Math.sqrt(5), Math.sqrt(10), Math.sqrt(90)];

const powellSingular: Problem = {
  number: 13,
  name: "Powell singular",
  m: 4,
  start: [3, -1, 0, 1],
  residuals: ([a, b, c, d]) => [
    a! + 10 * b!,
    root5 * (c! - d!),
    (b! - 2 * c!) ** 2,
    root10 * (a! - d!) ** 2,
  ],
  jacobian: ([a, b, c, d]) => {
    const [near, far] = [2 * (b! - 2 * c!), 2 * root10 * (a! - d!)];
    return [
      [1, 10, 0, 0],
      [0, 0, root5, -root5],
      [0, near, -2 * near, 0],
      [far, 0, 0, -far],
    ];
  },
  minima: [{ value: 0, at: [0, 0, 0, 0] }],
};

const wood: Problem = {
  number: 14,
  name: "Wood",
  m: 6,
  start: [-3, -1, -3, -1],
  residuals: ([a, b, c, d]) => [
    10 * (b! - a! ** 2),
    1 - a!,
    root90 * (d! - c! ** 2),
    1 - c!,
    root10 * (b! + d! - 2),
    (b! - d!) / root10,
  ],
  jacobian: ([a, , c]) => [
    [-20 * a!, 10, 0, 0],
    [-1, 0, 0, 0],
    [0, 0, -2 * root90 * c!, root90],
    [0, 0, -1, 0],
    [0, root10, 0, root10],
    [0, 1 / root10, 0, -1 / root10],
  ],
  minima: [{ value: 0, at: [1, 1, 1, 1] }],
};

const rates = [
  0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246,
];
const doses = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];

const kowalikOsborne: Problem = {
  number: 15,
  name: "Kowalik and Osborne",
  m: 11,
  start: [0.25, 0.39, 0.415, 0.39],
  residuals: ([a, b, c, d]) =>
    doses.map((u, i) => rates[i]! - (a! * (u ** 2 + u * b!)) / (u ** 2 + u * c! + d!)),
  jacobian: ([a, b, c, d]) =>
    doses.map((u) => {
      const [over, under] = [u ** 2 + u * b!, u ** 2 + u * c! + d!];
      const slope = (a! * over) / under ** 2;
      return [-over / under, (-a! * u) / under, slope * u, slope];
    }),
  minima: [
    { value: 3.0750560385e-4, at: [0.19280693, 0.1912823, 0.12305651, 0.13606233] },
    // At (infinity, -14.07, -infinity, -infinity).
    { value: 1.02734304887e-3, local: true },
  ],
};

const brownDennis: Problem = {
  number: 16,
  name: "Brown and Dennis",
  m: 20,
  start: [25, 5, -5, 1],
  residuals: ([a, b, c, d]) =>
    upTo(20, (i) => {
      const t = i / 5;
      return (a! + t * b! - Math.exp(t)) ** 2 + (c! + d! * Math.sin(t) - Math.cos(t)) ** 2;
    }),
  jacobian: ([a, b, c, d]) =>
    upTo(20, (i) => {
      const t = i / 5;
      const first = 2 * (a! + t * b! - Math.exp(t));
      const second = 2 * (c! + d! * Math.sin(t) - Math.cos(t));
      return [first, first * t, second, second * Math.sin(t)];
    }),
  minima: [{ value: 85822.2016263563, at: [-11.5944399, 13.20363, -0.40343949, 0.23677877] }],
};

const osborneData1 = [
  0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658,
  0.628, 0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431,
  0.424, 0.42, 0.414, 0.411, 0.406,
];

const osborne1: Problem = {
  number: 17,
  name: "Osborne 1",
  m: 33,
  start: [0.5, 1.5, -1, 0.01, 0.02],
  residuals: ([a, b, c, d, e]) =>
    osborneData1.map(
      (y, i) => y - (a! + b! * Math.exp(-10 * i * d!) + c! * Math.exp(-10 * i * e!)),
    ),
  jacobian: ([, b, c, d, e]) =>
    osborneData1.map((_, i) => {
      const t = 10 * i;
      const [first, second] = [Math.exp(-t * d!), Math.exp(-t * e!)];
      return [-1, -first, -second, t * b! * first, t * c! * second];
    }),
  minima: [
    {
      value: 5.46489469748e-5,
      at: [0.37541005, 1.93584691, -1.46468714, 0.01286753464, 0.0221226996],
    },
  ],
};

const biggs: Problem = {
  number: 18,
  name: "Biggs EXP6",
  m: 13,
  start: [1, 2, 1, 1, 1, 1],
  residuals: ([a, b, c, d, e, f]) =>
    upTo(13, (i) => {
      const t = i / 10;
      const y = Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t);
      return c! * Math.exp(-t * a!) - d! * Math.exp(-t * b!) + f! * Math.exp(-t * e!) - y;
    }),
  jacobian: ([a, b, c, d, e, f]) =>
    upTo(13, (i) => {
      const t = i / 10;
      const [first, second, third] = [a!, b!, e!].map((rate) => Math.exp(-t * rate));
      return [-t * c! * first!, t * d! * second!, first!, -second!, -t * f! * third!, third!];
    }),
  minima: [
    { value: 0, at: [1, 10, 1, 5, 4, 3] },
    { value: 0, at: [4, 10, 3, 5, 1, 1] },
    { value: 5.65564991692e-3, local: true },
  ],
};

const osborneData2 = [
  1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655,
  0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558,
  0.533, 0.495, 0.5, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562,
  0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.71,
  0.729, 0.72, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
];

/** Three bells at x₉ to x₁₁, with widths from x₆ to x₈ and heights x₂ to x₄. */
const osborne2: Problem = {
  number: 19,
  name: "Osborne 2",
  m: 65,
  start: [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
  residuals: (x) =>
    osborneData2.map((y, i) => {
      const t = i / 10;
      const bells = [1, 2, 3].map((k) => x[k]! * Math.exp(-((t - x[k + 7]!) ** 2) * x[k + 4]!));
      return y - (x[0]! * Math.exp(-t * x[4]!) + bells[0]! + bells[1]! + bells[2]!);
    }),
  jacobian: (x) =>
    osborneData2.map((_, i) => {
      const t = i / 10;
      const decay = Math.exp(-t * x[4]!);
      const bells = [1, 2, 3].map((k) => {
        const distance = t - x[k + 7]!;
        const height = Math.exp(-(distance ** 2) * x[k + 4]!);
        const width = x[k]! * distance ** 2 * height;
        return { height, width, place: -2 * x[k]! * x[k + 4]! * distance * height };
      });
      return [
        -decay,
        ...bells.map(({ height }) => -height),
        x[0]! * t * decay,
        ...bells.map(({ width }) => width),
        ...bells.map(({ place }) => place),
      ];
    }),
  minima: [
    {
      value: 4.01377362935e-2,
      at: [
        1.309977, 0.431554, 0.633662, 0.599431, 0.754183, 0.904289, 1.365812, 4.823699, 2.398685,
        4.568875, 5.675341,
      ],
    },
  ],
};

export const moreUnknowns: readonly Problem[] = [
  powellSingular,
  wood,
  kowalikOsborne,
  brownDennis,
  osborne1,
  biggs,
  osborne2,
];
