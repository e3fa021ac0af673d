/** A figure of Muon on the gradient of a small matrix: its singular values before and after. */
import { adam, muon, optimize, parameters, type Rule } from "gradus";
import { orthogonal } from "gradus/init";
import { formatPercent } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { barsMarkup, linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { heightAt } from "../size.ts";
import { singularValues } from "./singularValues.ts";

const N = 6;
/** Singular vectors of the gradient, row by row. */
export const vectors = (() => {
  const shapes = { left: orthogonal([N, N]), right: orthogonal([N, N]) };
  const { left, right } = parameters(shapes, { type: "float64", seed: 6 });
  return { left: left.data, right: right.data };
})();

const series = {
  gradient: { label: "gradient", ...styleOf(6), dash: "none" },
  adam: { label: "Adam's step", ...styleOf(0), dash: "none" },
  muon: { label: "Muon's step", ...styleOf(1), dash: "none" },
} as const;
type Name = keyof typeof series;

/** A gradient whose singular values fall from 1 to 1 / `spread` by equal factors. */
export function gradientOf(spread: number): Float64Array {
  const { left, right } = vectors;
  const gradient = new Float64Array(N * N);
  for (let k = 0; k < N; k++) {
    const size = spread ** (-k / (N - 1));
    for (let i = 0; i < N; i++)
      for (let j = 0; j < N; j++)
        gradient[i * N + j]! += left[i * N + k]! * size * right[j * N + k]!;
  }
  return gradient;
}

/** The value that an optimizer's first step subtracts from the matrix, with a learning rate of 1. */
function firstStep(rule: Rule, gradient: Float64Array): Float64Array {
  const net = parameters({ w: [N, N] }, { type: "float64" });
  const optimizer = optimize(net, rule, { threads: 1 });
  optimizer.gradients.w.set(gradient);
  optimizer.step();
  optimizer.dispose();
  return net.w.data.map((each) => -each);
}

/** Scaled to a mean square of 1, which is that of an orthogonal matrix. */
function scaled(values: readonly number[]): readonly number[] {
  const root = Math.sqrt(values.reduce((sum, each) => sum + each ** 2, 0) / values.length);
  return values.map((each) => each / root);
}

export const figure = liveFigure({
  name: "muon",
  title: "The singular values of a step",
  caption:
    "A gradient of 6 by 6, and the first step that Adam and Muon make of it. The singular values of the gradient and of Adam's step are scaled to a mean square of 1; Muon's are as they are. Play the iterations one by one.",
  controls: {
    spread: {
      ...{ kind: "range", label: "largest / smallest, of the gradient" },
      ...{ min: 1, max: 1000, step: 10 ** 0.1, log: true, value: 31.6 },
    },
    iterations: {
      ...{ kind: "range", label: "Newton-Schulz iterations" },
      ...{ min: 0, max: 10, step: 1, value: 5 },
    },
  },
  compute({ spread, iterations }) {
    const gradient = gradientOf(spread);
    // Without momentum: the first step depends only on this gradient.
    const direct = { lr: 1, momentum: 0, nesterov: false };
    return {
      gradient: scaled(singularValues(gradient)),
      adam: scaled(singularValues(firstStep(adam({ lr: 1 }), gradient))),
      muon: singularValues(firstStep(muon({ ...direct, steps: iterations }), gradient)),
    };
  },
  draw(result, _, width) {
    const names = Object.keys(series) as Name[];
    const chart = linesChart(
      {
        ...{ id: "muon", label: "Six singular values of the gradient and of both steps" },
        x: {
          label: "singular value, by size",
          log: false,
          format: "integer",
          domain: [0.4, N + 0.6],
        },
        y: { label: "size", log: false, format: "number", domain: [0, 2.5] },
        lines: [],
        between: (x, y) =>
          markup`${names.map((name, i) => {
            const points = result[name].map((each, k): Point => [k + 1 + (i - 1) * 0.26, each]);
            return barsMarkup({ color: series[name].color, points, width: 0.22 }, x, y);
          })}`,
      },
      width,
      heightAt(width, 320),
    );
    return markup`${keyMarkup(names.map((name) => ({ series: series[name] })))}${chart}`;
  },
  says(result) {
    const share = (values: readonly number[]) => formatPercent(values.at(-1)! / values[0]!);
    return `The smallest singular value is ${share(result.gradient)} of the largest in the gradient, ${share(result.adam)} in Adam's step, and ${share(result.muon)} in Muon's.`;
  },
  played: "iterations",
});
