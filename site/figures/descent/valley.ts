/** A figure of the ball in a valley: momentum compared with plain gradient descent. */
import { sgd } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { type KeyEntry, keyMarkup } from "../../../charts/key.ts";
import { linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Point, surfaceChart, surfaceScales } from "../../../charts/surface.ts";
import { descend } from "../descend.ts";
import { liveFigure } from "../figure.ts";
import { entered, raceOn } from "../race.ts";
import { heightAt } from "../size.ts";

const steepness = 25;
const value = (x: number, y: number) => (x ** 2 + steepness * y ** 2) / 2;
const gradient = (x: number, y: number): Point => [x, steepness * y];

const sides = {
  x: { label: "θ₁", domain: [-10, 3] },
  y: { label: "θ₂", domain: [-2.5, 2.5] },
} as const;
const heightFor = (width: number) => heightAt(width, 320);

const kinds = {
  plain: { series: { label: "gradient descent", ...styleOf(1), dash: "none" } },
  momentum: {
    series: { label: "with momentum", ...styleOf(0), dash: "none" },
    symbol: "momentum",
  },
  nesterov: { series: { label: "Nesterov's", ...styleOf(2), dash: "none" }, symbol: "momentum" },
} as const satisfies Readonly<Record<string, KeyEntry>>;
const names = Object.keys(kinds) as (keyof typeof kinds)[];

export const figure = liveFigure({
  name: "valley",
  title: "A ball in a valley",
  caption:
    "The valley is 25 times as steep across as along. Drag the start in the picture, and μ under it. Below: θ₂ alone, the direction across, step by step.",
  controls: {
    momentum: {
      kind: "range",
      label: "μ, momentum",
      symbol: "momentum",
      min: 0,
      max: 0.99,
      step: 0.01,
      value: 0.5,
    },
    lr: {
      kind: "range",
      label: "η, learning rate",
      symbol: "lr",
      min: 0.001,
      max: 0.1,
      step: 1.05,
      log: true,
      value: 0.074,
    },
    steps: { kind: "range", label: "steps", min: 0, max: 60, step: 1, value: 40 },
    x: { kind: "range", label: "start, θ₁", min: -10, max: 3, step: 0.1, value: -9 },
    y: { kind: "range", label: "start, θ₂", min: -2.5, max: 2.5, step: 0.1, value: 1.5 },
    nesterov: { kind: "toggle", label: "Nesterov's momentum, too", value: false },
  },
  compute({ momentum, lr, steps, x, y, nesterov }) {
    const pathOf = (rule: ReturnType<typeof sgd>) => descend(rule, gradient, [x, y], steps);
    return {
      plain: pathOf(sgd({ lr })),
      momentum: pathOf(sgd({ lr, momentum })),
      nesterov: nesterov ? pathOf(sgd({ lr, momentum, nesterov })) : null,
    };
  },
  draw(result, { x, y }, width) {
    const shown = names.flatMap((name) => {
      const points = result[name];
      return points === null ? [] : [{ ...kinds[name], points }];
    });
    const map = surfaceChart(
      {
        ...{ id: "valley", label: "Paths of gradient descent with and without momentum", value },
        ...{ ...sides, ways: shown, start: [x, y], minima: [[0, 0]] },
      },
      width,
      heightFor(width),
    );
    const across = linesChart(
      {
        ...{ id: "valley-across", label: "The direction across, against steps" },
        x: { label: "step", log: false, format: "integer", domain: [0, 60] },
        y: { label: "θ₂", log: false, format: "number", domain: [-2.5, 2.5] },
        lines: shown.map((each) => ({
          ...each,
          points: each.points.map(([, height], step): Point => [step, height]),
        })),
      },
      width,
      heightAt(width, 180),
    );
    // The picture that can be dragged comes first.
    return markup`${keyMarkup(shown)}${map}${across}`;
  },
  says(result, { steps }) {
    const end = (points: readonly Point[]) => formatNumber(value(...points.at(-1)!), 3);
    const { plain, momentum, nesterov } = result;
    const also = nesterov === null ? "" : `, ${end(nesterov)} with Nesterov's`;
    return `After ${steps} steps the loss is ${end(plain)} without momentum, ${end(momentum)} with it${also}.`;
  },
  played: "steps",
  race({ momentum, lr, steps, x, y, nesterov }) {
    if (steps === 0) return undefined;
    const entries = [{ lr }, { lr, momentum }, ...(nesterov ? [{ lr, momentum, nesterov }] : [])];
    return raceOn(
      {
        formula: `(x^2 + ${steepness} * y^2) / 2`,
        ...{ view: { x: sides.x.domain, y: sides.y.domain }, start: [x, y] },
      },
      entries.map((options) => entered("sgd", options)),
      steps,
    );
  },
  place: { x: "x", y: "y", scales: (width) => surfaceScales(sides, width, heightFor(width)) },
});
