/** What steps are made of: the same problem with its loss or its parameter in another unit. */
import { adadelta, adagrad, type Rule, rmsprop, sgd } from "gradus";
import { formatNumber, listed } from "../../charts/format.ts";
import { type LinesAxis, linesChart } from "../../charts/lines.ts";
import { type Markup, markup } from "../../charts/markup.ts";
import { styleOf } from "../../charts/palette.ts";
import type { Point } from "../../charts/surface.ts";
import { liveFigure } from "./figure.ts";
import { run } from "./run.ts";

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

/** θ in its first unit after each step, where the loss is in a unit `loss` times as small and θ in one `unit` times as small. */
function wayOf(rule: Rule, loss: number, unit: number): readonly number[] {
  const gradient = ([theta]: Float64Array) => [(loss * curvature * (theta! / unit - 1)) / unit];
  return run(rule, gradient, [0], STEPS).map(({ parameters: [theta] }) => theta! / unit);
}

const reference = Object.fromEntries(
  Object.entries(rulesWith(eps)).map(([name, rule]) => [name, wayOf(rule, 1, 1)]),
) as Readonly<Record<Name, readonly number[]>>;

const x: LinesAxis = { label: "", log: false, format: "integer", domain: [0, STEPS] };
const y: LinesAxis = { label: "", log: false, format: "number", domain: [-0.5, 2] };

export const figure = liveFigure({
  name: "units",
  title: "Which steps depend on units?",
  caption:
    "One parameter goes from 0 to its minimum at 1. Dashed: as it was. Solid: after the loss, or the parameter itself, is measured in a smaller unit, so that its number is larger; the parameter is drawn in its old unit.",
  controls: {
    what: {
      kind: "choice",
      label: "in another unit",
      options: ["the loss", "the parameter"],
      value: "the parameter",
    },
    factor: {
      kind: "range",
      label: "numbers become larger by",
      min: 0.01,
      max: 100,
      step: 10 ** 0.1,
      log: true,
      value: 0.1,
    },
    follows: {
      kind: "toggle",
      label: "AdaDelta's ε follows the parameter's unit",
      value: false,
    },
  },
  compute({ what, factor, follows }) {
    const [loss, unit] = what === "the loss" ? [factor, 1] : [1, factor];
    const rules = rulesWith(follows ? eps * unit ** 2 : eps);
    return optimizers.map((name) => {
      const way = wayOf(rules[name], loss, unit);
      const apart = way.map((theta, i) => Math.abs(theta - (reference[name][i] ?? Number.NaN)));
      return { name, way, apart: Math.max(...apart), first: way[1]! / reference[name][1]! };
    });
  },
  draw(result, _, width) {
    const columns = width >= 520 ? 2 : 1;
    const panelWidth = Math.floor((width - 20 * (columns - 1)) / columns);
    const panel = ({ name, way }: (typeof result)[number], i: number): Markup => {
      const { color } = styleOf(i);
      const points = (values: readonly number[]) =>
        values.map((theta, step): Point => [step, theta] as const);
      const last = i >= optimizers.length - columns;
      const chart = linesChart(
        {
          ...{ id: `units-${name}`, label: `${name}: θ against steps` },
          ...{ x: { ...x, label: last ? "step" : "" }, y },
          lines: [
            { series: { label: "", color, dash: "none" }, points: points(way) },
            {
              series: { label: "", color: "var(--ink)", dash: "4 3" },
              points: points(reference[name]),
            },
          ],
        },
        panelWidth,
        last ? 190 : 170,
      );
      return markup`<div class="panel" style="--color:${color}"><h3>${name}</h3>${chart}</div>`;
    };
    return markup`<div class="panels" style="--columns:${columns}">${result.map(panel)}</div>`;
  },
  says(result) {
    const firsts = result.map(({ name, first }) => `${name}'s ${formatNumber(first, 3)}`);
    const same = result.filter(({ apart }) => apart < 0.01).map(({ name }) => name);
    const alike = same.length === 0 ? "No way stays as it was." : `As before: ${listed(same)}.`;
    return `In the old unit, the first step is now times: ${listed(firsts)}. ${alike}`;
  },
  played: "factor",
});
