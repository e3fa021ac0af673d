/** A figure with a feature that is always present, and one that is rare, with noise. */
import { adagrad, adam, type Rule, sgd } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import type { LinesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { normals } from "../noise.ts";
import { run, type Step } from "../run.ts";
import { chartsIn } from "./panels.ts";

export const STEPS = 500;
/** Two draws for each step. */
export const noises = normals(2 * STEPS);

const series = {
  sgd: { label: "SGD", ...styleOf(4), dash: "none" },
  adagrad: { label: "AdaGrad", ...styleOf(2), dash: "none" },
  adam: { label: "Adam", ...styleOf(0), dash: "none" },
} as const;
const names = ["sgd", "adagrad", "adam"] as const;

export const figure = liveFigure({
  name: "rare",
  title: "A rare feature among noise",
  caption:
    "Two weights, both of which should be 1. The gradient of the first comes at every step, that of the second at one step in k, and both are noisy. Each optimizer begins with the rate that is best for it.",
  controls: {
    every: { kind: "range", label: "k, steps between", min: 1, max: 100, step: 1, value: 20 },
    noise: { kind: "range", label: "noise", min: 0, max: 2, step: 0.1, value: 1 },
    sgd: {
      ...{ kind: "range", label: "η of SGD" },
      ...{ min: 0.001, max: 1, step: 10 ** 0.05, log: true, value: 0.178 },
    },
    adagrad: {
      ...{ kind: "range", label: "η of AdaGrad" },
      ...{ min: 0.001, max: 1, step: 10 ** 0.05, log: true, value: 0.447 },
    },
    adam: {
      ...{ kind: "range", label: "η of Adam" },
      ...{ min: 0.001, max: 1, step: 10 ** 0.05, log: true, value: 0.0562 },
    },
  },
  compute({ every, noise, ...rates }) {
    const gradient = ([common, rare]: Float64Array, step: number) => [
      common! - 1 + noise * noises[2 * step - 2]!,
      step % every === 0 ? rare! - 1 + noise * noises[2 * step - 1]! : 0,
    ];
    const runOf = (rule: Rule) => run(rule, gradient, [0, 0], STEPS);
    return {
      sgd: runOf(sgd({ lr: rates.sgd })),
      adagrad: runOf(adagrad({ lr: rates.adagrad })),
      adam: runOf(adam({ lr: rates.adam })),
    };
  },
  draw(result, { every }, width) {
    const chart = (i: number, label: string): LinesChart => ({
      ...{ id: `rare-${i}`, label: `${label}, against steps` },
      x: { label: i === 1 ? "step" : "", log: false, format: "integer", domain: [0, STEPS] },
      y: { label, log: false, format: "number", domain: [-0.5, 2] },
      lines: names.map((name) => ({
        series: series[name],
        points: result[name].map(({ parameters }, step): Point => [step, parameters[i]!]),
      })),
    });
    const often = every === 1 ? "at every step" : `at one step in ${every}`;
    const key = keyMarkup(names.map((name) => ({ series: series[name] })));
    return markup`${key}${chartsIn(width, 1, 170, [chart(0, "weight of the common feature")])}${chartsIn(width, 1, 210, [chart(1, `weight of the feature that comes ${often}`)])}`;
  },
  says(result) {
    const [by, rare] = [errorOf, lastRare].map((of) => names.map((name) => of(result[name])));
    return `The mean square of the error of both weights is ${by![0]} with SGD, ${by![1]} with AdaGrad and ${by![2]} with Adam. The rare weight ends at ${rare![0]}, ${rare![1]} and ${rare![2]}.`;
  },
  played: "every",
});

const lastRare = (steps: readonly Step[]) => formatNumber(steps.at(-1)!.parameters[1]!, 2);

/** The error over all steps and both weights. */
function errorOf(steps: readonly Step[]): string {
  const squares = steps.map(({ parameters: [a, b] }) => (a! - 1) ** 2 + (b! - 1) ** 2);
  return formatNumber(squares.reduce((sum, each) => sum + each, 0) / (2 * squares.length), 2);
}
