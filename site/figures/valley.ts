/** The ball in a valley: momentum against plain gradient descent. */
import { sgd } from "gradus";
import { formatNumber } from "../../charts/format.ts";
import { styleOf } from "../../charts/palette.ts";
import { type Point, surfaceChart, surfaceScales } from "../../charts/surface.ts";
import { descend } from "./descend.ts";
import { liveFigure } from "./figure.ts";

const steepness = 25;
const value = (x: number, y: number) => (x ** 2 + steepness * y ** 2) / 2;
const gradient = (x: number, y: number): Point => [x, steepness * y];

const sides = {
  x: { label: "θ₁", domain: [-10, 3] },
  y: { label: "θ₂", domain: [-2.5, 2.5] },
} as const;
const heightFor = (width: number) => Math.round(Math.min(380, Math.max(240, width * 0.5)));

export const figure = liveFigure({
  name: "valley",
  title: "A ball in a valley",
  caption:
    "The valley is 25 times as steep across as along. Drag the start, and raise μ until the zigzag is gone; raise it further, and the ball rolls past the minimum.",
  controls: {
    momentum: {
      kind: "range",
      label: "μ, momentum",
      symbol: "momentum",
      min: 0,
      max: 0.99,
      step: 0.01,
      value: 0.8,
    },
    lr: {
      kind: "range",
      label: "η, learning rate",
      symbol: "lr",
      min: 0.001,
      max: 0.1,
      step: 1.05,
      log: true,
      value: 0.03,
    },
    steps: { kind: "range", label: "steps", min: 0, max: 100, step: 1, value: 60 },
    x: { kind: "range", label: "start, θ₁", min: -10, max: 3, step: 0.1, value: -9 },
    y: { kind: "range", label: "start, θ₂", min: -2.5, max: 2.5, step: 0.1, value: 1.5 },
  },
  compute({ momentum, lr, steps, x, y }) {
    const from: Point = [x, y];
    return {
      plain: descend(sgd({ lr }), gradient, from, steps),
      momentum: descend(sgd({ lr, momentum }), gradient, from, steps),
    };
  },
  draw({ plain, momentum }, { x, y }, width) {
    const way = (label: string, i: number, points: readonly Point[]) => ({
      series: { label, ...styleOf(i), dash: "none" },
      points,
    });
    return surfaceChart(
      {
        ...{ id: "valley", label: "Ways of gradient descent with and without momentum", value },
        ...sides,
        ways: [way("gradient descent", 1, plain), way("with momentum", 0, momentum)],
        start: [x, y],
        minima: [[0, 0]],
      },
      width,
      heightFor(width),
    );
  },
  says({ plain, momentum }, { steps }) {
    const end = (points: readonly Point[]) => formatNumber(value(...points.at(-1)!), 3);
    return `After ${steps} steps the value is ${end(momentum)} with momentum and ${end(plain)} without.`;
  },
  played: "steps",
  place: { x: "x", y: "y", scales: (width) => surfaceScales(sides, width, heightFor(width)) },
});
