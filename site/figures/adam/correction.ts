/** A figure of the first hundred steps with and without bias correction. */

import { defineOptimizer } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import type { LinesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { normals } from "../noise.ts";
import { run } from "../run.ts";
import { chartsIn, domainOf } from "./panels.ts";
import { stages } from "./stages.ts";

const STEPS = 100;
const noises = normals(STEPS);

/** Adam without eps that stores intermediate values for display. */
export const watchedAdam = defineOptimizer({
  name: "watchedAdam",
  hyper: { lr: 1, beta1: 0.9, beta2: 0.999 },
  state: { m: 0, v: 0, mHat: 0, vHat: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    mHat = m / (1 - beta1^t)
    vHat = v / (1 - beta2^t)
    u = mHat / sqrt(vHat)
  `,
});

const gradients = {
  "always 1": () => 1,
  "1 and noise": (step: number) => 1 + noises[step - 1]!,
  "noise alone": (step: number) => noises[step - 1]!,
} as const;

const series = {
  without: { label: "uncorrected", ...styleOf(4), dash: "6 3" },
  with: { label: "corrected", ...styleOf(0), dash: "none" },
} as const;

export const figure = liveFigure({
  name: "correction",
  title: "The first hundred steps",
  caption:
    "One weight. Above, the two averages, uncorrected and corrected; below, how long each step is, in learning rates. Drag 1 − β₂: the smaller it is, the longer v takes to fill, and the longer uncorrected steps are.",
  controls: {
    forgetting: {
      ...{ kind: "range", label: "1 − β₂", symbol: "beta2" },
      ...{ min: 1e-5, max: 0.5, step: 10 ** 0.1, log: true, value: 1e-3 },
    },
    beta1: {
      ...{ kind: "range", label: "β₁, memory of m", symbol: "beta1" },
      ...{ min: 0, max: 0.99, step: 0.01, value: 0.9 },
    },
    gradients: {
      ...{ kind: "choice", label: "gradients", options: Object.keys(gradients) },
      value: "always 1",
    },
  },
  compute({ forgetting, beta1, gradients: which }) {
    const settings = { lr: 1, beta1, beta2: 1 - forgetting };
    const gradient = gradients[which as keyof typeof gradients];
    const given = (_: Float64Array, step: number) => [gradient(step)];
    const corrected = run(watchedAdam(settings), given, [0], STEPS);
    const plain = run(stages.both.rule({ ...settings, eps: 0 }), given, [0], STEPS);
    const moved = (steps: typeof plain) =>
      steps.slice(1).map(({ parameters: [p] }, i) => Math.abs(p! - steps[i]!.parameters[0]!));
    const state = (name: string) =>
      corrected.slice(1).map(({ state: { [`watchedAdam.${name}`]: kept } }) => kept![0]!);
    return {
      ...{ m: state("m"), mHat: state("mHat"), v: state("v"), vHat: state("vHat") },
      ...{ with: moved(corrected), without: moved(plain) },
    };
  },
  draw(result, _, width) {
    const points = (values: readonly number[]) => values.map((each, i): Point => [i + 1, each]);
    const chart = (
      name: string,
      label: string,
      [plain, corrected]: readonly [readonly number[], readonly number[]],
      titled: boolean,
    ): LinesChart => ({
      ...{ id: `correction-${name}`, label: `${label} against steps` },
      x: { label: titled ? "step" : "", log: false, format: "integer", domain: [0, STEPS] },
      y: {
        ...{ label, log: false, format: "number" },
        domain: domainOf([...plain, ...corrected], name === "u" ? [0, 1] : [0, 0.02]),
      },
      lines: [
        { series: series.without, points: points(plain), symbol: name },
        { series: series.with, points: points(corrected), symbol: name },
      ],
    });
    const averages = [
      chart("m", "means m and m̂", [result.m, result.mHat], false),
      chart("v", "squares v and v̂", [result.v, result.vHat], false),
    ];
    const steps = chart("u", "length of the step / η", [result.without, result.with], true);
    const key = keyMarkup([{ series: series.without }, { series: series.with }]);
    return markup`${key}${chartsIn(width, 2, 150, averages)}${chartsIn(width, 1, 230, [steps])}`;
  },
  says(result, { forgetting }) {
    const longest = (sizes: readonly number[]) => Math.max(...sizes);
    const at = result.without.indexOf(longest(result.without)) + 1;
    const of = (value: number) => formatNumber(value, 3);
    return `With β₂ = ${formatNumber(1 - forgetting, 6)} and no correction, the first step is ${of(result.without[0]!)} η long, and the longest, step ${at}, ${of(longest(result.without))} η. With correction the first is ${of(result.with[0]!)} η long, and the longest ${of(longest(result.with))} η.`;
  },
  played: "forgetting",
});
