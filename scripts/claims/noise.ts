import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { adam, type Rule, sgd } from "../../src/index.ts";
import { best, rates, sweepOf, trainer } from "../../tests/claims/training.ts";
import { figure, table } from "../figures/document.ts";
import { type Section, seedsOf } from "./section.ts";

const BATCHES = [1, 4, 16, 64, 256];
const SEEDS = [1, 2, 3];
const STEPS = 300;

const contestants: readonly [string, (lr: number) => Rule, number, number][] = [
  ["adam", (lr) => adam({ lr }), -3.5, -1.5],
  ["sgd", (lr) => sgd({ lr }), -2, 0],
  ["momentum 0.9", (lr) => sgd({ lr, momentum: 0.9 }), -3, -0.5],
];

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

export async function noise(): Promise<Section> {
  const found = contestants.map(() => [] as { lr: number; loss: number }[]);
  for (const batch of BATCHES) {
    const train = await trainer(fashionMlp, { steps: STEPS, batch, settings: { hidden: [32] } });
    for (const [i, [, ruleOf, from, to]] of contestants.entries()) {
      const late = (lr: number) =>
        mean(SEEDS.map((seed) => mean(train(ruleOf(lr), seed).losses.subarray(STEPS / 2))));
      found[i]!.push(best(sweepOf(rates(from, to), late)));
    }
  }
  const rows = contestants.map(([name], i) => [
    name,
    ...found[i]!.map(({ lr, loss }) => `${figure(loss)} at ${figure(lr)}`),
  ]);
  const caption = `Mean loss over steps ${STEPS / 2} to ${STEPS} at the best of half decades of learning rates; ${seedsOf(SEEDS)}.`;
  return {
    text: `${table(["examples in a batch", ...BATCHES.map(String)], rows)}\n\n${caption}`,
    plot: {
      title: "Loss against the size of the batch, each optimizer at its best learning rate",
      x: { label: "examples in a batch", log: true, format: "integer" },
      y: { label: "training loss", log: true, format: "number" },
      lines: contestants.map(([label], i) => ({
        label,
        x: BATCHES,
        y: found[i]!.map(({ loss }) => loss),
      })),
    },
  };
}
