import { smoothed } from "../../cli/src/compare/train.ts";
import { median } from "../../cli/src/report/statistics.ts";
import { wordsSparse } from "../../cli/src/tasks/words-sparse.ts";
import { optimizers, type Rule } from "../../src/index.ts";
import { logistic } from "../../tests/claims/logistic.ts";
import { best, rates, sweepOf, trainer } from "../../tests/claims/training.ts";
import { descend } from "../../tests/support/problem.ts";
import { figure, table } from "../figures/document.ts";
import { type Section, seedsOf } from "./section.ts";

const NAMES = ["adam", "adagrad", "rmsprop", "momentum", "sgd"] as const;
const SEEDS = [1, 2, 3];
const STEPS = 400;

export async function sparse(): Promise<Section> {
  const train = await trainer(wordsSparse, { steps: STEPS, batch: 128 });
  const at = Array.from({ length: 80 }, (_, i) => ((i + 1) * STEPS) / 80);
  const found = NAMES.map((name) => {
    const lr = wordsSparse.tuned[name]!;
    const runs = SEEDS.map((seed) => train(optimizers[name]({ lr }), seed));
    const y = at.map((step) => median(runs.map(({ losses }) => smoothed(losses, step))));
    return { label: name, lr, x: at, y };
  });
  const synthetic = SEEDS.map((seed) => onLogistic(seed));
  const rows = found.map(({ label, lr, y }, i) => [
    `\`${label}\``,
    figure(lr),
    figure(y.at(-1)!),
    ...synthetic.map((losses) => figure(losses[i]!)),
  ]);
  const head = ["", "`words-sparse`: rate", "loss", ...SEEDS.map((seed) => `drawn, seed ${seed}`)];
  return {
    text: `${table(head, rows)}\n\n\`words-sparse\` at its recorded rates, median of ${seedsOf(SEEDS)}.`,
    plot: {
      title: "Training loss on words-sparse, each optimizer at its best learning rate",
      x: { label: "steps", log: false, format: "integer" },
      y: { label: "cross-entropy", log: true, format: "number" },
      lines: found,
      points: false,
    },
  };
}

/** The loss over all examples, at the best of the rates, which are half a decade apart. */
function onLogistic(seed: number): number[] {
  const frequency = (i: number) => 1 / (i + 1);
  const problem = logistic({ features: 200, examples: 2000, batch: 10, seed, frequency });
  return NAMES.map((name) => {
    const ruleOf: (options: { lr: number }) => Rule = optimizers[name];
    return best(
      sweepOf(rates(-3, 1.5), (lr) => problem.loss(descend(problem, ruleOf({ lr }), 600))),
    ).loss;
  });
}
