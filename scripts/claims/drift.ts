import { adagrad, adam, type Rule, rmsprop, sgd } from "../../src/index.ts";
import { recovery, trackingError, trackingErrors } from "../../tests/claims/drift.ts";
import { best, rates, sweepOf } from "../../tests/claims/training.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

const [SHORT, LONG] = [1000, 50_000];

const contestants: readonly [string, (lr: number) => Rule, number, number][] = [
  ["adam", (lr) => adam({ lr }), -2.5, -0.5],
  ["rmsprop", (lr) => rmsprop({ lr, alpha: 0.999 }), -2.5, -0.5],
  ["sgd", (lr) => sgd({ lr }), -2.5, -0.5],
  ["adagrad", (lr) => adagrad({ lr }), -1, 1],
];

export async function drift(): Promise<Section> {
  const lines = contestants.map(([label, ruleOf, from, to]) => {
    const { lr } = best(sweepOf(rates(from, to, 4), (lr) => trackingError(ruleOf(lr), SHORT, 1)));
    const errors = trackingErrors(ruleOf(lr), LONG, 2);
    return { lr, label, x: errors.map((_, i) => ((i + 1) * LONG) / errors.length), y: errors };
  });
  const rows = lines.map(({ label, lr }, i) => [
    label,
    figure(lr),
    ...[SHORT, 10 * SHORT, LONG].map((steps) =>
      figure(trackingError(contestants[i]![1](lr), steps, 2)),
    ),
  ]);
  const shrinkages = [10, 100, 1000];
  const stalls = [0.9, 0.99, 0.999].map((beta2) => [
    beta2,
    ...shrinkages.map((each) => recovery(adam({ lr: 1, beta2 }), each)),
  ]);
  return {
    text: [
      table(
        ["", "learning rate", ...[SHORT, 10 * SHORT, LONG].map((n) => `error, ${n} steps`)],
        rows,
      ),
      `Learning rates are the best of quarter decades for ${SHORT} steps, seed 1; errors are those of seed 2.`,
      table(["beta2", ...shrinkages.map((each) => `steps of standstill at 1/${each}`)], stalls),
    ].join("\n\n"),
    plot: {
      title: "Distance from a moving minimum over time",
      x: { label: "steps", log: false, format: "integer" },
      y: { label: "distance from the minimum", log: false, format: "number" },
      lines,
      points: false,
    },
  };
}
