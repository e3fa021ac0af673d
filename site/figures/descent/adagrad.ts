/** A figure of AdaGrad's rates, one for each parameter, which only fall. */
import { adagrad } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { type Line, type LinesAxis, linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { run } from "../run.ts";
import { heightAt } from "../size.ts";
import { sizeControl } from "./sizeControl.ts";

const STEPS = 200;
/** The step from which the third gradient has another size. */
const CHANGE = 100;
const lr = 1;
const series = ["in every step", "rare", "changes its size"].map((label, i) => ({
  ...{ label, ...styleOf(i) },
  // It covers the first one until it changes.
  dash: i === 2 ? "7 5" : "none",
}));

const steps: LinesAxis = { label: "", log: false, format: "integer", domain: [0, STEPS] };

export const figure = liveFigure({
  name: "adagrad",
  title: "Rates that only fall",
  caption:
    "Three parameters. The gradient of the first is 1 in every step. The second has a gradient in one of several steps only. The third's gradient changes its size after step 100.",
  controls: {
    every: { kind: "range", label: "rare: one step in", min: 1, max: 50, step: 1, value: 20 },
    size: sizeControl,
    steps: { kind: "range", label: "steps", min: 1, max: STEPS, step: 1, value: STEPS },
  },
  compute({ every, size, steps: count }) {
    const gradient = (_: Float64Array, step: number) => [
      1,
      (step - 1) % every === 0 ? 1 : 0,
      step <= CHANGE ? 1 : size,
    ];
    const taken = run(adagrad({ lr }), gradient, [0, 0, 0], count).slice(1);
    const sums = taken.map(({ state }) => [...state["adagrad.s"]!]);
    return { sums, rates: sums.map((each) => each.map((sum) => lr / Math.sqrt(sum))) };
  },
  draw({ sums, rates }, _, width) {
    const linesOf = (values: readonly (readonly number[])[], symbol: string): readonly Line[] =>
      series.map((each, i) => ({
        ...{ series: each, symbol },
        points: values.map((now, step): Point => [step + 1, now[i]!]),
      }));
    const above = linesChart(
      {
        ...{ id: "adagrad-sum", label: "The sum of squared gradients of each parameter" },
        x: steps,
        y: { label: "sum of g²", log: true, format: "number", domain: [1, 10_000] },
        lines: linesOf(sums, "s"),
      },
      width,
      heightAt(width, 200),
    );
    const below = linesChart(
      {
        ...{ id: "adagrad-rate", label: "The rate of each parameter, against steps" },
        x: { ...steps, label: "step" },
        y: { label: "rate, in units of η", log: true, format: "number", domain: [0.01, 1.2] },
        lines: linesOf(rates, "lr"),
      },
      width,
      heightAt(width, 240),
    );
    return markup`${keyMarkup(series.map((each) => ({ series: each })))}${above}${below}`;
  },
  says({ rates }) {
    const [frequent, rare, changed] = rates.at(-1)!.map((rate) => formatNumber(rate, 3));
    return `At step ${rates.length} the rates are ${frequent} η, ${rare} η for the rare one, and ${changed} η for the one that changes.`;
  },
  played: "steps",
});
