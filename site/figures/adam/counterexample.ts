/** A figure in which Adam goes to the worst point: Reddi, Kale & Kumar, 2018, theorems 1 and 3. */
import { adam, amsgrad, chain, defineTransform, parameters, type Rule } from "gradus";
import { uniform } from "gradus/init";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import { linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { run } from "../run.ts";
import { heightAt } from "../size.ts";

const STEPS = 800;
const draws = parameters({ u: uniform([STEPS]) }, { type: "float64", seed: 4 }).u.data;

/** Projects the weights back to the allowed interval from -1 to 1. */
const project = defineTransform({ name: "project", hyper: {}, rule: "p = clamp(p, -1, 1)" });
/** The learning rates of the theorem, which fall as fast as convergence proofs require. */
const lr = (step: number) => 0.5 / Math.sqrt(step);

const series = {
  adam: { label: "Adam", ...styleOf(0), dash: "none" },
  amsgrad: { label: "AMSGrad", ...styleOf(1), dash: "none" },
} as const;

export const figure = liveFigure({
  name: "counterexample",
  title: "Adam goes to the worst point",
  caption:
    "One weight between −1 and 1. Its gradient is C once in k steps, and −1 at all others. Raise β₂: with a longer memory Adam turns round. Then raise k, and it is wrong again.",
  controls: {
    large: { kind: "range", label: "C, the large gradient", min: 1, max: 60, step: 1, value: 3 },
    every: { kind: "range", label: "k, steps between", min: 2, max: 50, step: 1, value: 3 },
    beta2: {
      ...{ kind: "range", label: "β₂, memory of v", symbol: "beta2" },
      ...{ min: 0, max: 0.999, step: 0.001, value: 0.1 },
    },
    beta1: {
      ...{ kind: "range", label: "β₁, memory of m", symbol: "beta1" },
      ...{ min: 0, max: 0.9, step: 0.1, value: 0 },
    },
    chance: { kind: "toggle", label: "C comes by chance, with probability 1/k", value: false },
  },
  compute({ large, every, beta1, beta2, chance }) {
    const isLarge = (step: number) => (chance ? draws[step - 1]! < 1 / every : step % every === 1);
    const gradient = (_: Float64Array, step: number) => [isLarge(step) ? large : -1];
    const wayOf = (rule: Rule) =>
      run(chain(rule, project()), gradient, [0], STEPS).map(({ parameters: [p] }) => p!);
    return {
      adam: wayOf(adam({ lr, beta1, beta2 })),
      amsgrad: wayOf(amsgrad({ lr, beta1, beta2 })),
    };
  },
  draw(result, _, width) {
    const names = Object.keys(series) as (keyof typeof series)[];
    const chart = linesChart(
      {
        ...{ id: "counterexample", label: "The weight against steps, with Adam and with AMSGrad" },
        x: { label: "step", log: false, format: "integer", domain: [0, STEPS] },
        y: { label: "weight", log: false, format: "number", domain: [-1.08, 1.08] },
        lines: names.map((name) => ({
          series: series[name],
          points: result[name].map((each, step): Point => [step, each]),
        })),
      },
      width,
      heightAt(width, 320),
    );
    return markup`${keyMarkup(names.map((name) => ({ series: series[name] })))}${chart}`;
  },
  says(result, { large, every }) {
    const mean = (large - (every - 1)) / every;
    const best =
      mean === 0 ? "every point is as good" : `the best weight is ${mean > 0 ? "−1" : "1"}`;
    const end = (way: readonly number[]) => formatNumber(way.at(-1)!, 2);
    return `The mean gradient is ${formatNumber(mean, 3)}, so ${best}. After ${STEPS} steps the weight is ${end(result.adam)} with Adam and ${end(result.amsgrad)} with AMSGrad.`;
  },
  played: "beta2",
});
