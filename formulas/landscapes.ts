/** Collects known test functions of two unknowns, and says why each is hard. */

export interface Landscape {
  readonly title: string;
  /** A sentence on why it is hard. */
  readonly summary: string;
  readonly formula: string;
  readonly start: Readonly<Record<string, number>>;
  /** The minima, one or several, as x and y. */
  readonly minima: readonly (readonly [number, number])[];
  /** The value at the minima. */
  readonly least: number;
  /** The part of the plane to draw. */
  readonly view: {
    readonly x: readonly [low: number, high: number];
    readonly y: readonly [low: number, high: number];
  };
}

const himmelblau = [
  [3, 2],
  [-2.805118086952745, 3.131312518250573],
  [-3.779310253377747, -3.28318599128617],
  [3.584428340330492, -1.848126526964404],
] as const;

const camel = [
  [0.08984201368301331, -0.7126564032704135],
  [-0.08984201368301331, 0.7126564032704135],
] as const;

/** The functions by name. Those of Moré, Garbow and Hillstrom (1981) start as in that paper. */
export const landscapes: Readonly<Record<string, Landscape>> = {
  rosenbrock: {
    title: "Rosenbrock's function",
    summary: "A curved valley: it is easily found, and hard to follow.",
    formula: "100 * (y - x^2)^2 + (1 - x)^2",
    ...{ start: { x: -1.2, y: 1 }, minima: [[1, 1]], least: 0 },
    view: { x: [-2, 2], y: [-1, 3] },
  },
  beale: {
    title: "Beale's function",
    summary: "Nearly flat, with walls at its corners.",
    formula: "(1.5 - x * (1 - y))^2 + (2.25 - x * (1 - y^2))^2 + (2.625 - x * (1 - y^3))^2",
    ...{ start: { x: 1, y: 1 }, minima: [[3, 0.5]], least: 0 },
    view: { x: [-1, 4.5], y: [-2, 2] },
  },
  booth: {
    title: "Booth's function",
    summary: "A quadratic bowl: what every method should find at once.",
    formula: "(x + 2 * y - 7)^2 + (2 * x + y - 5)^2",
    ...{ start: { x: -6, y: -4 }, minima: [[1, 3]], least: 0 },
    view: { x: [-8, 8], y: [-6, 8] },
  },
  himmelblau: {
    title: "Himmelblau's function",
    summary: "Four minima of the same value.",
    formula: "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    ...{ start: { x: -0.5, y: -1 }, minima: himmelblau, least: 0 },
    view: { x: [-5.5, 5.5], y: [-5.5, 5.5] },
  },
  ravine: {
    title: "A ravine",
    summary: "A quadratic that is a thousand times as steep across as along.",
    formula: "(x^2 + 1000 * y^2) / 2",
    ...{ start: { x: -4, y: 0.3 }, minima: [[0, 0]], least: 0 },
    view: { x: [-5, 2], y: [-0.5, 0.5] },
  },
  saddle: {
    title: "A saddle",
    summary: "The start lies nearly on the ridge that leads to the saddle at 0, 0.",
    formula: "x^2 - y^2 + y^4 / 2",
    start: { x: -1.5, y: 0.001 },
    minima: [
      [0, 1],
      [0, -1],
    ],
    least: -0.5,
    view: { x: [-2, 2], y: [-1.6, 1.6] },
  },
  bowl: {
    title: "A bowl",
    summary: "A quadratic that is ten times as steep across as along.",
    formula: "(x^2 + 10 * y^2) / 2",
    ...{ start: { x: -3, y: 2 }, minima: [[0, 0]], least: 0 },
    view: { x: [-4, 2], y: [-1.5, 2.5] },
  },
  kink: {
    title: "A kink",
    summary: "It has no gradient along two lines, and its minimum is where they cross.",
    formula: "abs(x - 1) + 5 * abs(y - x)",
    ...{ start: { x: -1, y: 1.5 }, minima: [[1, 1]], least: 0 },
    view: { x: [-2, 3], y: [-1, 3] },
  },
  camel: {
    title: "The six-hump camel",
    summary: "Six minima, two of them lowest.",
    formula: "(4 - 2.1 * x^2 + x^4 / 3) * x^2 + x * y + (4 * y^2 - 4) * y^2",
    ...{ start: { x: -0.6, y: -0.1 }, minima: camel, least: -1.0316284534898774 },
    view: { x: [-2, 2], y: [-1.2, 1.2] },
  },
  goldsteinPrice: {
    title: "The function of Goldstein and Price",
    summary: "Values from 3 to a million, and several minima.",
    formula:
      "(1 + (x + y + 1)^2 * (19 - 14 * x + 3 * x^2 - 14 * y + 6 * x * y + 3 * y^2)) * (30 + (2 * x - 3 * y)^2 * (18 - 32 * x + 12 * x^2 + 48 * y - 36 * x * y + 27 * y^2))",
    ...{ start: { x: 1.5, y: 0.5 }, minima: [[0, -1]], least: 3 },
    view: { x: [-2, 2], y: [-2.5, 1.5] },
  },
  styblinskiTang: {
    title: "The function of Styblinski and Tang",
    summary: "Four minima, one of them lowest.",
    formula: "(x^4 - 16 * x^2 + 5 * x + y^4 - 16 * y^2 + 5 * y) / 2",
    start: { x: -0.5, y: -1 },
    minima: [[-2.903534027771177, -2.903534027771177]],
    least: -78.33233140754282,
    view: { x: [-5, 5], y: [-5, 5] },
  },
  freudensteinRoth: {
    title: "The function of Freudenstein and Roth",
    summary: "From its start most methods find a minimum of 49, which is not the lowest.",
    formula: "(x - 13 + ((5 - y) * y - 2) * y)^2 + (x - 29 + ((y + 1) * y - 14) * y)^2",
    ...{ start: { x: 0.5, y: -2 }, minima: [[5, 4]], least: 0 },
    view: { x: [-2, 14], y: [-3, 6] },
  },
  rastrigin: {
    title: "Rastrigin's function",
    summary: "A bowl full of dents: methods that only go down stay in the nearest.",
    formula: "20 + x^2 + y^2 - 10 * (cos(2 * pi * x) + cos(2 * pi * y))",
    ...{ start: { x: 2.3, y: -1.6 }, minima: [[0, 0]], least: 0 },
    view: { x: [-4, 4], y: [-4, 4] },
  },
  ackley: {
    title: "Ackley's function",
    summary: "Dents on a plateau around a hole.",
    formula:
      "20 + exp(1) - 20 * exp(-0.2 * sqrt((x^2 + y^2) / 2)) - exp((cos(2 * pi * x) + cos(2 * pi * y)) / 2)",
    ...{ start: { x: 2.6, y: -1.7 }, minima: [[0, 0]], least: 0 },
    view: { x: [-4, 4], y: [-4, 4] },
  },
  easom: {
    title: "Easom's function",
    summary: "A plateau with one hole in it.",
    formula: "-cos(x) * cos(y) * exp(-(x - pi)^2 - (y - pi)^2)",
    ...{ start: { x: 1.9, y: 2.2 }, minima: [[Math.PI, Math.PI]], least: -1 },
    view: { x: [0, 6], y: [0, 6] },
  },
};
