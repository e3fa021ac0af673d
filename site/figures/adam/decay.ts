/** A figure on weight decay: as part of Adam's gradients (L2) or separate from them (AdamW). */
import { adam, adamw, chain, l2, type Rule } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import type { LinesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Point } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { run, type Step } from "../run.ts";
import { chartsIn } from "./panels.ts";

const STEPS = 400;
const lr = 0.01;

const weights = [
  { label: "small gradients", ...styleOf(0), dash: "none" },
  // Dashed, so that both are visible if one covers the other.
  { label: "large gradients", ...styleOf(1), dash: "7 5" },
] as const;

export const figure = liveFigure({
  name: "decay",
  title: "Decay of two weights",
  caption:
    "The gradients of both weights change their sign at every step, so that they pull nowhere; those of the second are larger. Only decay should move the weights. η is 0.01.",
  controls: {
    weightDecay: {
      ...{ kind: "range", label: "λ, weight decay", symbol: "weightDecay" },
      ...{ min: 0, max: 2, step: 0.05, value: 0.5 },
    },
    ratio: {
      ...{ kind: "range", label: "larger by" },
      ...{ min: 1, max: 100, step: 10 ** 0.1, log: true, value: 10 },
    },
  },
  compute({ weightDecay, ratio }) {
    const gradient = (_: Float64Array, step: number) => {
      const sign = step % 2 === 0 ? 1 : -1;
      return [sign, sign * ratio];
    };
    const runOf = (rule: Rule) => run(rule, gradient, [1, 1], STEPS);
    return {
      l2: runOf(chain(l2({ l2: weightDecay }), adam({ lr }))),
      adamw: runOf(adamw({ lr, weightDecay })),
    };
  },
  draw(result, _, width) {
    const chart = (name: keyof typeof result, label: string): LinesChart => ({
      ...{ id: `decay-${name}`, label: `Both weights against steps, ${label}` },
      x: { label: "step", log: false, format: "integer", domain: [0, STEPS] },
      y: { label, log: false, format: "number", domain: [0, 1.1] },
      lines: weights.map((series, i) => ({
        series,
        points: result[name].map(({ parameters }, step): Point => [step, parameters[i]!]),
      })),
    });
    const charts = [chart("l2", "weight, Adam with L2"), chart("adamw", "weight, AdamW")];
    return markup`${keyMarkup(weights.map((series) => ({ series })))}${chartsIn(width, 2, 220, charts)}`;
  },
  says(result) {
    const end = (steps: readonly Step[]) =>
      Array.from(steps.at(-1)!.parameters, (each) => formatNumber(each, 3)).join(" and ");
    return `After ${STEPS} steps the weights are ${end(result.l2)} with L2, and ${end(result.adamw)} with AdamW.`;
  },
  played: "ratio",
});
