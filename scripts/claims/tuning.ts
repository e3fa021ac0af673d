import { median } from "../../cli/src/report/statistics.ts";
import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { tasks } from "../../cli/src/tasks/index.ts";
import { adagrad, adam, type Rule, rmsprop, sgd } from "../../src/index.ts";
import {
  best,
  decadesWithin,
  rates,
  type Sweep,
  sweepOf,
  trainer,
} from "../../tests/claims/training.ts";
import { figure, table } from "../figures/document.ts";
import { type Section, seedsOf } from "./section.ts";

const SEEDS = [1, 2, 3];
const STEPS = 300;

type Contestant = readonly [string, (lr: number) => Rule, number, number];

const contestants: readonly Contestant[] = [
  ["adam", (lr) => adam({ lr }), -5, 0.5],
  ["rmsprop", (lr) => rmsprop({ lr }), -5, 0],
  ["adagrad", (lr) => adagrad({ lr }), -4.5, 0.5],
  ["momentum 0.9", (lr) => sgd({ lr, momentum: 0.9 }), -4, 1],
  ["sgd", (lr) => sgd({ lr }), -4, 1],
];

export async function tuning(): Promise<Section> {
  const settings = { hidden: [64] };
  const train = await trainer(fashionMlp, { steps: STEPS, batch: 64, settings });
  const sweep = ([, ruleOf, from, to]: Contestant): Sweep =>
    sweepOf(rates(from, to), (lr) =>
      median(SEEDS.map((seed) => train(ruleOf(lr), seed).finalLoss)),
    );
  const sweeps = contestants.map(sweep);
  const widths = contestants.map(([name], i) => {
    const { lr, loss } = best(sweeps[i]!);
    const width = (share: number) => figure(decadesWithin(sweeps[i]!, share * loss), 2);
    return [name, figure(lr), figure(loss), width(1.1), width(1.25)];
  });
  const caption = `\`fashion-mlp\`, one hidden layer of 64, ${STEPS} steps of 64 examples, median of ${seedsOf(SEEDS)}.`;
  return {
    text: [
      table(["", "best rate", "its loss", "decades within 10 %", "within 25 %"], widths),
      caption,
      grid(sweep),
      bestRates(),
    ].join("\n\n"),
    plot: {
      title: "Final loss against the learning rate",
      x: { label: "learning rate", log: true, format: "number" },
      y: { label: "training loss", log: true, format: "number" },
      lines: contestants.map(([label], i) => ({
        label,
        x: sweeps[i]!.rates,
        y: sweeps[i]!.losses,
      })),
      ceiling: 3,
    },
  };
}

/** The best loss over the rates, for the other hyperparameters. */
function grid(sweep: (contestant: Contestant) => Sweep): string {
  const lossOf = (ruleOf: (lr: number) => Rule, from: number, to: number) => {
    const { lr, loss } = best(sweep(["", ruleOf, from, to]));
    return `${figure(loss)} at ${figure(lr)}`;
  };
  const beta2s = [0.9, 0.99, 0.999, 0.9999];
  const adams = [0, 0.5, 0.9, 0.99].map((beta1) => [
    `adam, beta1 ${beta1}`,
    ...beta2s.map((beta2) => lossOf((lr) => adam({ lr, beta1, beta2 }), -3.5, -1.5)),
  ]);
  const momenta = [0, 0.5, 0.9, 0.99];
  const sgds = momenta.map((momentum) => lossOf((lr) => sgd({ lr, momentum }), -3.5, -0.5));
  return [
    table(["best loss and its rate", ...beta2s.map((beta2) => `beta2 ${beta2}`)], adams),
    table(["", ...momenta.map((each) => `momentum ${each}`)], [["sgd", ...sgds]]),
  ].join("\n\n");
}

/** The best rates in the recorded sweeps of the tasks. */
function bestRates(): string {
  const all = Object.values(tasks);
  const rows = ["adam", "rmsprop", "adagrad", "momentum", "sgd"].map((name) => {
    const found = all.map(({ tuned }) => tuned[name]!);
    const decades = Math.log10(Math.max(...found) / Math.min(...found));
    return [`\`${name}\``, ...found.map((lr) => figure(lr)), figure(decades, 2)];
  });
  return table(["best rate", ...all.map(({ name }) => `\`${name}\``), "decades apart"], rows);
}
