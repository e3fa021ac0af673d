/** A figure of learning-rate schedules, and the loss under each if gradients are noisy. */
import { exponential, inverseTime, oneCycle, type Schedule, sgd, warmupCosine } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { type LinesAxis, linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { normals } from "../noise.ts";
import { run } from "../run.ts";
import { heightAt } from "../size.ts";

const STEPS = 300;
/** The curvatures of the problem's directions, evenly spaced in the logarithm from a fiftieth to 1. */
const curvatures = Float64Array.from({ length: 128 }, (_, i) => 50 ** (i / 127 - 1));

/** Half the curvature times the square of the distance, over all directions. */
function lossAt(distances: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < curvatures.length; i++) sum += (curvatures[i]! * distances[i]! ** 2) / 2;
  return sum / curvatures.length;
}

const rates = {
  constant: (lr) => lr,
  "1/t": (lr) => inverseTime({ initial: lr, decay: 0.1 }),
  exponential: (lr) => exponential({ initial: lr, gamma: 0.01 ** (1 / STEPS) }),
  "warm-up, cosine": (lr) => warmupCosine({ peak: lr, warmup: 30, steps: STEPS }),
  "one cycle": (lr) => oneCycle({ peak: lr, steps: STEPS }),
} satisfies Readonly<Record<string, (lr: number) => number | Schedule>>;
const names = Object.keys(rates) as (keyof typeof rates)[];

/** The noise of each step's gradients in units of its size, the same for each schedule. */
const drawn = normals(curvatures.length * STEPS);

const start = Array.from(curvatures, () => 1);
const steps: LinesAxis = { label: "", log: false, format: "integer", domain: [0, STEPS] };

/** The loss at which a constant rate stays: there, each step adds as much noise as it removes. */
export const floorOf = (lr: number, noise: number): number =>
  curvatures.reduce((sum, curvature) => sum + (lr * noise ** 2) / (2 - lr * curvature) / 2, 0) /
  curvatures.length;

export const figure = liveFigure({
  name: "schedules",
  title: "Five ways to spend 300 steps",
  caption:
    "Above: the learning rate, as a share of its peak η. Below: the loss of a noisy bowl with 128 directions under each; at the start it is 1. The dotted line is the noise floor of the constant rate.",
  controls: {
    lr: {
      kind: "range",
      label: "η, the peak",
      symbol: "lr",
      min: 0.05,
      max: 1.9,
      step: 1.05,
      log: true,
      value: 1,
    },
    noise: { kind: "range", label: "noise", min: 0, max: 1, step: 0.01, value: 0.3 },
  },
  compute({ lr, noise }) {
    const initial = lossAt(start);
    const slope = new Float64Array(curvatures.length);
    const gradient = (at: Float64Array, step: number) => {
      const from = (step - 1) * slope.length;
      for (let i = 0; i < slope.length; i++)
        slope[i] = curvatures[i]! * at[i]! + noise * drawn[from + i]!;
      return slope;
    };
    const runs = names.map((name) => {
      const rate = rates[name](lr);
      const taken = run(sgd({ lr: rate }), gradient, start, STEPS);
      return {
        name,
        shares: taken.map((_, step) => (typeof rate === "number" ? rate : rate(step + 1)) / lr),
        losses: taken.map(({ parameters }) => lossAt(parameters) / initial),
      };
    });
    return { runs, floor: floorOf(lr, noise) / initial };
  },
  draw({ runs, floor }, _, width) {
    const lines = runs.map(({ name, shares, losses }, i) => ({
      series: { label: name, ...styleOf(i), dash: "none" },
      shares: shares.map((share, step): Point => [step, share]),
      losses: losses.map((loss, step): Point => [step, loss]),
    }));
    const shares = linesChart(
      {
        ...{ id: "schedules-rate", label: "The learning rate of each schedule, against steps" },
        ...{ x: steps, y: { label: "rate / η", log: false, format: "number", domain: [0, 1.05] } },
        lines: lines.map(({ series, shares: points }) => ({ series, points, symbol: "lr" })),
      },
      width,
      heightAt(width, 190),
    );
    const losses = linesChart(
      {
        ...{ id: "schedules-loss", label: "The loss under each schedule, against steps" },
        x: { ...steps, label: "step" },
        y: { label: "loss", log: true, format: "number", domain: [1e-3, 10] },
        lines: lines.map(({ series, losses: points }) => ({ series, points })),
        between: (x, y) => {
          const height = y(floor);
          if (!Number.isFinite(height)) return markup``;
          const [left, right] = x.range() as [number, number];
          return markup`<line class="target" x1="${left}" x2="${right}" y1="${height}" y2="${height}"/>`;
        },
      },
      width,
      heightAt(width, 270),
    );
    return markup`${keyMarkup(lines)}${shares}${losses}`;
  },
  says({ runs, floor }) {
    const ends = runs.map(({ name, losses }) => ({ name, loss: losses.at(-1)! }));
    const best = ends.reduce((least, each) => (each.loss < least.loss ? each : least));
    const constant = ends[0]!;
    return `The constant rate ends at ${formatNumber(constant.loss, 2)}, its floor is ${formatNumber(floor, 2)}. The lowest end has ${best.name === "constant" ? "the constant rate" : `“${best.name}”: ${formatNumber(best.loss, 2)}`}.`;
  },
  played: "noise",
});
