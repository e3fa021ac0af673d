/** A figure of one learning rate for two directions of different curvature. */
import { sgd } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Point, surfaceChart } from "../../../charts/surface.ts";
import { descend } from "../descend.ts";
import { liveFigure } from "../figure.ts";
import { entered, raceOn } from "../race.ts";
import { heightAt } from "../size.ts";

/** The number of drawn steps. */
const STEPS = 50;
const start: Point = [-9, 2];

const sides = {
  x: { label: "θ₁", domain: [-10, 3] },
  y: { label: "θ₂", domain: [-3, 3] },
} as const;

/** Caches the function for each curvature, so that the chart keeps its contours. */
const valleys = new Map<number, (x: number, y: number) => number>();
function valley(curvature: number): (x: number, y: number) => number {
  const value =
    valleys.get(curvature) ?? ((x: number, y: number) => (x ** 2 + curvature * y ** 2) / 2);
  valleys.set(curvature, value);
  return value;
}

const along = { label: "|θ₁|, along", ...styleOf(0), dash: "none" };
const across = { label: "|θ₂|, across", ...styleOf(4), dash: "none" };

export const figure = liveFigure({
  name: "rate",
  title: "One rate for two directions",
  caption:
    "Above: 50 steps of gradient descent in a valley, seen from above; the deeper the shade, the lower the loss. Below: how far each direction still is from the minimum. Drag η.",
  controls: {
    lr: {
      kind: "range",
      label: "η, learning rate",
      symbol: "lr",
      min: 0.001,
      max: 0.2,
      step: 1.03,
      log: true,
      value: 0.09,
    },
    curvature: { kind: "range", label: "curvature across", min: 1, max: 50, step: 1, value: 20 },
  },
  compute({ lr, curvature }) {
    const points = descend(sgd({ lr }), (x, y) => [x, curvature * y], start, STEPS);
    const [x, y] = points[1]!;
    return { points, factors: { along: x / start[0], across: y / start[1] } };
  },
  draw({ points }, { curvature }, width) {
    const distance = (i: 0 | 1) =>
      points.map((point, step): Point => [step, Math.abs(point[i])] as const);
    const map = surfaceChart(
      {
        ...{ id: "rate-valley", label: "The path of gradient descent", value: valley(curvature) },
        ...sides,
        ways: [{ series: { label: "", ...styleOf(1), dash: "none" }, points, symbol: "lr" }],
        ...{ start, minima: [[0, 0]] },
      },
      width,
      heightAt(width, 290),
    );
    const distances = linesChart(
      {
        ...{ id: "rate-distance", label: "Distance to the minimum in both directions" },
        x: { label: "step", log: false, format: "integer", domain: [0, STEPS] },
        y: { label: "distance", log: true, format: "number", domain: [0.001, 100] },
        lines: [
          { series: along, points: distance(0) },
          { series: across, points: distance(1) },
        ],
      },
      width,
      heightAt(width, 210),
    );
    return markup`${map}${keyMarkup([{ series: along }, { series: across }])}${distances}`;
  },
  says({ factors }, { curvature }) {
    const bound = formatNumber(2 / curvature, 3);
    const [slow, steep] = [factors.along, factors.across].map((each) => formatNumber(each, 3));
    const size = Math.abs(factors.across);
    const verdict =
      size > 1
        ? `η is above 2/${curvature} = ${bound}: it diverges`
        : `η is ${size === 1 ? "at" : "below"} the bound 2/${curvature} = ${bound}`;
    return `Each step multiplies θ₁ by ${slow} and θ₂ by ${steep}; ${verdict}.`;
  },
  played: "lr",
  race: ({ lr, curvature }) =>
    raceOn(
      {
        formula: `(x^2 + ${curvature} * y^2) / 2`,
        ...{ view: { x: sides.x.domain, y: sides.y.domain }, start },
      },
      [entered("sgd", { lr })],
      STEPS,
    ),
});
