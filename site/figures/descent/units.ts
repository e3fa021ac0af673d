/** A figure on the units of steps: the same problem with its loss or its parameter in another unit. */
import { adadelta, adagrad, type Rule, rmsprop, sgd } from "gradus";
import { formatNumber, listed } from "../../../charts/format.ts";
import { type LinesAxis, linesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { run } from "../run.ts";
import { heightAt } from "../size.ts";

const STEPS = 300;
/** The loss is this times (θ - 1)² / 2, from θ = 0. */
const curvature = 100;
const eps = 1e-6;

const optimizers = ["SGD", "AdaGrad", "RMSprop", "AdaDelta"] as const;
type Name = (typeof optimizers)[number];

const rulesWith = (epsilon: number): Readonly<Record<Name, Rule>> => ({
  SGD: sgd({ lr: 2e-4 }),
  AdaGrad: adagrad({ lr: 0.1 }),
  RMSprop: rmsprop({ lr: 0.005 }),
  AdaDelta: adadelta({ eps: epsilon }),
});

/** θ in its old unit after each step, if loss and θ have units so many times as large. */
function pathOf(rule: Rule, lossUnit: number, unit: number): readonly number[] {
  const gradient = ([theta]: Float64Array) => [
    ((curvature * (theta! * unit - 1)) / lossUnit) * unit,
  ];
  return run(rule, gradient, [0], STEPS).map(({ parameters: [theta] }) => theta! * unit);
}

const reference = Object.fromEntries(
  Object.entries(rulesWith(eps)).map(([name, rule]) => [name, pathOf(rule, 1, 1)]),
) as Readonly<Record<Name, readonly number[]>>;

/** A path is not drawn further than so far from its minimum. */
const FAR = 5;
const x: LinesAxis = { label: "", log: false, format: "integer", domain: [0, STEPS] };
const y: LinesAxis = { label: "", log: false, format: "number", domain: [-0.5, 2] };

export const figure = liveFigure({
  name: "units",
  title: "Steps and units",
  caption:
    "One parameter θ goes from 0 to its minimum at 1. Dashed: as it was. Solid: with the loss, or θ itself, measured in another unit, and drawn in the old one. What depends on no unit stays on the dashed line.",
  controls: {
    what: {
      kind: "choice",
      label: "in another unit",
      options: ["the loss", "the parameter"],
      value: "the parameter",
    },
    unit: {
      kind: "range",
      label: "new unit / old unit",
      min: 1 / 32,
      max: 32,
      step: 2 ** 0.25,
      log: true,
      value: 4,
    },
    follows: {
      kind: "toggle",
      label: "AdaDelta's ε follows the parameter's unit",
      value: false,
    },
  },
  compute({ what, unit: times, follows }) {
    const [lossUnit, unit] = what === "the loss" ? [times, 1] : [1, times];
    // ε is the square of a length.
    const rules = rulesWith(follows ? eps / unit ** 2 : eps);
    return optimizers.map((name) => {
      const path = pathOf(rules[name], lossUnit, unit);
      const apart = path.map((theta, i) => Math.abs(theta - (reference[name][i] ?? Number.NaN)));
      return { name, path, apart: Math.max(...apart), first: path[1]! / reference[name][1]! };
    });
  },
  draw(result, _, width) {
    const panelWidth = Math.floor((width - 16) / 2);
    const charts = result.map(({ name, path }, i) => {
      const isLast = i >= 2;
      const end = path.findIndex((theta) => Math.abs(theta) > FAR);
      const points = (values: readonly number[]) =>
        values.map((theta, step): Point => [step, theta] as const);
      const series = { label: name, color: styleOf(i).color, dash: "none" };
      return linesChart(
        {
          ...{ id: `units-${name}`, label: `${name}: θ against steps, in both units` },
          x: { ...x, label: isLast ? "step" : "" },
          y: { ...y, label: `${name}: θ` },
          lines: [
            { series, points: points(end === -1 ? path : path.slice(0, end + 1)) },
            {
              series: { ...series, color: "var(--ink)", dash: "4 3" },
              points: points(reference[name]),
            },
          ],
        },
        panelWidth,
        heightAt(width, isLast ? 190 : 170),
      );
    });
    return markup`<div class="panels" style="--columns:2">${charts}</div>`;
  },
  says(result) {
    const firsts = result.map(({ name, first }) => `${formatNumber(first, 3)} (${name})`);
    const same = result.filter(({ apart }) => apart < 0.01).map(({ name }) => name);
    const alike = same.length === 0 ? "no path is as before" : `as before: ${listed(same)}`;
    return `In the old unit, the first step is times ${listed(firsts)}; ${alike}.`;
  },
  played: "unit",
});
