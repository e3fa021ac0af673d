/** A figure of RMSprop's mean of squared gradients: how it fills and empties, compared with AdaGrad's sum. */
import { adagrad, rmsprop } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { barsMarkup, dotsMarkup, type LinesAxis, linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { normals } from "../noise.ts";
import { run } from "../run.ts";
import { heightAt } from "../size.ts";
import { sizeControl } from "./sizeControl.ts";

const STEPS = 200;
const CHANGE = 100;
const noise = normals(STEPS);

const mean = { series: { label: "RMSprop", ...styleOf(0), dash: "none" }, symbol: "v" };
const sum = { series: { label: "AdaGrad", ...styleOf(1), dash: "none" }, symbol: "s" };
const steps: LinesAxis = { label: "", log: false, format: "integer", domain: [0, STEPS] };

/** The weights of squares by their age: the part of the first step's square of 1 in the mean after each step. */
const weightsOf = (alpha: number, count: number): readonly number[] =>
  run(rmsprop({ alpha }), (_, step) => [step === 1 ? 1 : 0], [0], count)
    .slice(1)
    .map(({ state }) => state["rmsprop.v"]![0]!);

interface Result {
  /** For each step so far: the square of its gradient, RMSprop's mean and AdaGrad's sum. */
  readonly squares: readonly number[];
  readonly mean: readonly number[];
  readonly sum: readonly number[];
  /** The weight of each square in the mean, the newest first. */
  readonly weights: readonly number[];
}

const against = (values: readonly number[]) =>
  values.map((each, i): Point => [i + 1, each] as const);

const averagesChart = (result: Result, width: number) =>
  linesChart(
    {
      ...{ id: "rmsprop-mean", label: "Squares of gradients, their mean and their sum" },
      x: steps,
      y: { label: "squares of gradients", log: true, format: "number", domain: [1e-5, 1e4] },
      lines: [
        { ...sum, points: against(result.sum) },
        { ...mean, points: against(result.mean) },
      ],
      between: (x, y) =>
        dotsMarkup({ color: "var(--soft)", points: against(result.squares), symbol: "g" }, x, y),
    },
    width,
    heightAt(width, 260),
  );

function weightsChart({ weights }: Result, now: number, width: number) {
  const bars = {
    ...{ color: mean.series.color, width: 0.8, symbol: "alpha" },
    points: weights.map((weight, age): Point => [now - age, weight]),
  };
  return linesChart(
    {
      ...{ id: "rmsprop-weight", label: "The weight of each squared gradient in the mean" },
      x: steps,
      y: { label: "weight", log: false, format: "number", domain: [0, weights[0]! * 1.05] },
      lines: [],
      between: (x, y) => barsMarkup(bars, x, y),
    },
    width,
    heightAt(width, 120),
  );
}

function ratesChart(result: Result, width: number) {
  const rates = (values: readonly number[]) => against(values.map((each) => each ** -0.5));
  return linesChart(
    {
      ...{ id: "rmsprop-rate", label: "The rates of RMSprop and AdaGrad, against steps" },
      x: { ...steps, label: "step" },
      y: { label: "rate, in units of η", log: true, format: "number", domain: [0.01, 1000] },
      lines: [
        { ...sum, points: rates(result.sum), symbol: "lr" },
        { ...mean, points: rates(result.mean), symbol: "lr" },
      ],
    },
    width,
    heightAt(width, 220),
  );
}

export const figure = liveFigure({
  name: "rmsprop",
  title: "A mean that forgets",
  caption:
    "Grey dots are the squares of noisy gradients, whose size changes after step 100. Press Play: E[g²] fills and empties, AdaGrad's sum only fills. Middle: the weight that each square has in E[g²] now. Below: the rates that follow.",
  controls: {
    alpha: {
      kind: "range",
      label: "α, what is kept",
      symbol: "alpha",
      min: 0.5,
      max: 0.99,
      step: 0.01,
      value: 0.9,
    },
    size: sizeControl,
    now: { kind: "range", label: "step", min: 1, max: STEPS, step: 1, value: 150 },
  },
  compute({ alpha, size, now }): Result {
    const gradients = noise.map((each, i) => (i < CHANGE ? each : size * each));
    const gradient = (_: Float64Array, step: number) => [gradients[step - 1]!];
    const kept = (rule: Parameters<typeof run>[0], name: string) =>
      run(rule, gradient, [0], now)
        .slice(1)
        .map(({ state }) => state[name]![0]!);
    return {
      squares: Array.from(gradients.subarray(0, now), (each) => each ** 2),
      mean: kept(rmsprop({ alpha }), "rmsprop.v"),
      sum: kept(adagrad(), "adagrad.s"),
      weights: weightsOf(alpha, now),
    };
  },
  draw: (result, { now }, width) =>
    markup`${keyMarkup([mean, sum])}${averagesChart(result, width)}${weightsChart(result, now, width)}${ratesChart(result, width)}`,
  says({ mean: means, sum: sums, weights }, { now }) {
    const recent = weights.slice(0, 10).reduce((total, weight) => total + weight, 0);
    const [average, total] = [means.at(-1)!, sums.at(-1)!];
    return `At step ${now}, E[g²] is ${formatNumber(average, 2)} and the last ten squares have ${Math.round(100 * recent)} % of the weight. AdaGrad's sum is ${formatNumber(total, 3)}: RMSprop's rate is ${formatNumber(Math.sqrt(total / average), 2)} times as large.`;
  },
  played: "now",
});
