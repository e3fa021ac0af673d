import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { adam } from "../../src/index.ts";
import { uncorrectedAdam } from "../../tests/claims/relations.ts";
import { best, rates, sweepOf, trainer } from "../../tests/claims/training.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

const STEPS = 300;
const BETA2 = [0.9, 0.99, 0.999, 0.9999, 0.99999];
const SEED = 1;

const contestants = [0, 0.9].flatMap((beta1) => [
  { label: `with, β₁ = ${beta1}`, beta1, rule: adam },
  { label: `without, β₁ = ${beta1}`, beta1, rule: uncorrectedAdam },
]);

export async function biasCorrection(): Promise<Section> {
  const train = await trainer(fashionMlp, { steps: STEPS, batch: 64, settings: { hidden: [64] } });
  const cells = contestants.map(({ rule, beta1 }) =>
    BETA2.map((beta2) => {
      const trained = (lr: number) => train(rule({ lr, beta1, beta2 }), SEED);
      const atDefault = trained(1e-3);
      const tuned = best(sweepOf(rates(-5, -2), (lr) => trained(lr).finalLoss));
      return { worst: Math.max(...atDefault.losses), final: atDefault.finalLoss, tuned };
    }),
  );
  const head = ["", ...BETA2.map((beta2) => `β₂ = ${beta2}`)];
  const rows = (show: (cell: (typeof cells)[number][number]) => string) =>
    table(
      head,
      contestants.map(({ label }, i) => [label, ...cells[i]!.map(show)]),
    );
  return {
    text: [
      "The worst loss of a minibatch, and the final loss, at a learning rate of 0.001:",
      rows(({ worst, final }) => `${figure(worst)}, ${figure(final)}`),
      "The final loss at the best of half decades of rates from 0.00001, and that rate:",
      rows(({ tuned }) => `${figure(tuned.loss)} at ${figure(tuned.lr)}`),
      `\`fashion-mlp\`, one hidden layer of 64, ${STEPS} steps of 64 examples, seed ${SEED}.`,
    ].join("\n\n"),
    plot: {
      title: "The worst loss on the way, with and without bias correction",
      x: { label: "memory of v in steps, 1 / (1 − β₂)", log: true, format: "number" },
      y: { label: "worst loss of a minibatch", log: true, format: "number" },
      lines: contestants.map(({ label }, i) => ({
        label,
        x: BETA2.map((beta2) => Math.round(1 / (1 - beta2))),
        y: cells[i]!.map(({ worst }) => worst),
      })),
    },
  };
}
