/** A figure on stochastic gradients: a line through points, fitted with minibatches. */
import { sgd } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Point, surfaceChart } from "../../../charts/surface.ts";
import { descend } from "../descend.ts";
import { liveFigure } from "../figure.ts";
import { normals } from "../noise.ts";
import { heightAt } from "../size.ts";

const EXAMPLES = 64;
const PASSES = 10;

/** Points near the line 1 + 1.5 x, and their order in each pass. */
export const { xs, ys, orders } = (() => {
  const drawn = normals(EXAMPLES * (2 + PASSES));
  const xs = drawn.subarray(0, EXAMPLES);
  const ys = xs.map((x, i) => 1 + 1.5 * x + 0.8 * drawn[EXAMPLES + i]!);
  const orders = Array.from({ length: PASSES }, (_, pass) => {
    const keys = drawn.subarray(EXAMPLES * (2 + pass), EXAMPLES * (3 + pass));
    return Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!);
  });
  return { xs, ys, orders };
})();

function mean(each: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < EXAMPLES; i++) sum += each(i);
  return sum / EXAMPLES;
}
const [meanX, meanY] = [mean((i) => xs[i]!), mean((i) => ys[i]!)];
const varianceX = mean((i) => (xs[i]! - meanX) ** 2);
const bestSlope = mean((i) => (xs[i]! - meanX) * (ys[i]! - meanY)) / varianceX;
/** Slope and intercept of the line of least squares. */
export const best: Point = [bestSlope, meanY - bestSlope * meanX];

/** Half the mean square of the errors, less its minimum. */
function excess(slope: number, height: number): number {
  const turned = slope - best[0];
  return (varianceX * turned ** 2 + (height - best[1] + turned * meanX) ** 2) / 2;
}

const start: Point = [-1, -0.8];
const all = { label: "all 64 examples in each step", ...styleOf(1), dash: "none" };
const some = { label: "batches", ...styleOf(0), dash: "none" };

/** The batch size for a setting from an address: a power of 2, so that it divides the number of examples. */
const batchOf = (size: number): number => 2 ** Math.round(Math.log2(size));

/** The gradient of half the mean square of the errors over a step's batch. */
const gradientOver =
  (size: number) =>
  (slope: number, height: number, step: number): Point => {
    const from = (step - 1) * size;
    const order = orders[Math.floor(from / EXAMPLES)]!;
    let [turn, lift] = [0, 0];
    for (let k = 0; k < size; k++) {
      const i = order[(from % EXAMPLES) + k]!;
      const error = slope * xs[i]! + height - ys[i]!;
      turn += (error * xs[i]!) / size;
      lift += error / size;
    }
    return [turn, lift];
  };

export const figure = liveFigure({
  name: "batch",
  title: "Few exact steps, or many guesses",
  caption:
    "A line is fitted to 64 points: θ₁ is its slope, θ₂ its height. Both paths cost as much: each example is read ten times. Below: how far the loss is above the least.",
  controls: {
    size: {
      kind: "range",
      label: "examples in a batch",
      symbol: "g",
      min: 1,
      max: EXAMPLES,
      step: 2,
      log: true,
      value: 4,
    },
    lr: {
      kind: "range",
      label: "η, learning rate",
      symbol: "lr",
      min: 0.01,
      max: 0.5,
      step: 1.05,
      log: true,
      value: 0.1,
    },
  },
  compute({ size, lr }) {
    const pathOf = (examples: number) =>
      descend(sgd({ lr }), gradientOver(examples), start, (PASSES * EXAMPLES) / examples);
    const batch = batchOf(size);
    const paths = { all: pathOf(EXAMPLES), some: pathOf(batch) };
    const losses = (points: readonly Point[]) => points.map((point) => excess(...point));
    return { ...paths, batch, losses: { all: losses(paths.all), some: losses(paths.some) } };
  },
  draw(result, _, width) {
    const map = surfaceChart(
      {
        ...{ id: "batch", label: "The paths of both over the loss", value: excess },
        x: { label: "θ₁, slope", domain: [-1.5, 3] },
        y: { label: "θ₂, height", domain: [-1.2, 1.8] },
        ways: [
          { series: some, points: result.some, symbol: "g" },
          { series: all, points: result.all },
        ],
        ...{ start, minima: [best] },
      },
      width,
      heightAt(width, 330),
    );
    const against = (losses: readonly number[], examples: number) =>
      losses.map((loss, step): Point => [step * examples, loss]);
    const losses = linesChart(
      {
        ...{ id: "batch-loss", label: "Loss above the least, against the number of examples read" },
        x: {
          ...{ label: "examples read", log: false, format: "integer" },
          domain: [0, PASSES * EXAMPLES],
        },
        y: { label: "loss above the least", log: true, format: "number", domain: [1e-4, 10] },
        lines: [
          { series: some, points: against(result.losses.some, result.batch), symbol: "g" },
          { series: all, points: against(result.losses.all, EXAMPLES) },
        ],
      },
      width,
      heightAt(width, 200),
    );
    return markup`${keyMarkup([{ series: some, symbol: "g" }, { series: all }])}${map}${losses}`;
  },
  says({ losses, batch }) {
    const last = losses.some.slice(-EXAMPLES / batch);
    const settled = last.reduce((sum, loss) => sum + loss, 0) / last.length;
    const examples = batch === 1 ? "one example" : `${batch} examples`;
    return `With ${examples} in a batch, ${losses.some.length - 1} steps: ${formatNumber(settled, 2)} above the least loss on average over the last pass. With all 64, ${PASSES} steps: ${formatNumber(losses.all.at(-1)!, 2)}.`;
  },
  played: "size",
});
