/** Draws pictures from the results of examples: SVG files for the site's build. */
import { optimize, optimizers, type Rule } from "gradus";
import { tidy } from "../../charts/axes.ts";
import { markup } from "../../charts/markup.ts";
import { styleOf } from "../../charts/palette.ts";
import { plot, sheet } from "../../scripts/figures/plot.ts";

const steps = { label: "steps", log: false, format: "integer" } as const;
const loss = { label: "loss", log: true, format: "number" } as const;

/** The output of a program. */
async function printed(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...words) => lines.push(words.join(" "));
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

async function spirals(): Promise<string> {
  const text = await printed(() => import("../../examples/spirals.ts"));
  const told = [...text.matchAll(/^step (\d+): loss (\S+)$/gm)];
  const [x, y] = [1, 2].map((part) => told.map((line) => Number(line[part])));
  return plot({
    title: "The loss that the program prints every 200 steps",
    ...{ x: steps, y: loss, lines: [{ label: "Adam", x: x!, y: y! }] },
  });
}

/** The means of ten values each: single values would hide the trend of a curve. */
const averaged = (values: readonly number[]): number[] =>
  Array.from({ length: Math.floor(values.length / 10) }, (_, i) =>
    values.slice(10 * i, 10 * i + 10).reduce((sum, each) => sum + each / 10, 0),
  );

async function jaxSpirals(): Promise<string> {
  const { losses, train } = await import("../../examples/jax-js/mlp.ts");
  await printed(train);
  const y = averaged(losses);
  return plot({
    title: "The loss of a network of jax-js against steps of Gradus",
    ...{ x: steps, y: loss, points: false },
    lines: [{ label: "AdamW", x: y.map((_, i) => 10 * i + 5), y }],
  });
}

async function continued(): Promise<string> {
  const { after, before, without } = await import("../../examples/tfjs-continue.ts");
  const epochs = (values: readonly number[], from: number) => values.map((_, i) => from + i);
  const last = before.at(-1)!;
  const part = (label: string, values: readonly number[]) => {
    const y = [last, ...values];
    return { label, x: epochs(y, before.length), y };
  };
  return plot({
    title: "Loss against epochs: the model that was loaded goes on as the one that was not stopped",
    x: { ...steps, label: "epochs" },
    y: loss,
    lines: [
      { label: "before", x: epochs(before, 1), y: before },
      part("without a stop", without),
      part("loaded", after),
    ],
  });
}

/** The example's own task, on which the command compares optimizers. */
async function ownTask(): Promise<string> {
  const { default: task } = await import("../../examples/my-task.ts");
  const { batch, settings, steps: count } = task.defaults;
  const begin = await task.load();
  const lines = Object.entries(task.tuned).map(([label, lr]) => {
    const training = begin({ seed: 1, batch, settings });
    const factory = optimizers[label as "sgd" | "adam"] as (options: { lr: number }) => Rule;
    const optimizer = optimize(training.parameters, factory({ lr }));
    training.attach(optimizer);
    const [x, y] = [[0], [training.evaluate()]];
    for (let step = 1; step <= count; step++) {
      training.gradients(step);
      optimizer.step();
      if (step % 10 !== 0) continue;
      x.push(step);
      y.push(training.evaluate());
    }
    return { label, x, y };
  });
  const y = { ...loss, label: task.metricName };
  return plot({
    title: `${task.title}: ${y.label} against steps`,
    x: steps,
    y,
    points: false,
    lines,
  });
}

const clothes = [
  ...["T-shirt", "trousers", "pullover", "dress", "coat"],
  ...["sandal", "shirt", "sneaker", "bag", "boot"],
];

async function fashion(): Promise<string> {
  const { is, said } = await import("../../examples/tfjs-fashion.ts");
  const [right, all] = [clothes.map(() => 0), clothes.map(() => 0)];
  const guesses = await said.data();
  for (const [i, each] of (await is.data()).entries()) {
    all[each]!++;
    if (guesses[i] === each) right[each]!++;
  }
  const bars = clothes.map((name, i) => {
    const share = right[i]! / all[i]!;
    const [top, end] = [12 + 38 * i, tidy(110 + 560 * share)];
    return markup`<text x="98" y="${top + 19}" text-anchor="end">${name}</text><path class="dot" d="M110,${top}H${end}v28H110Z"/><text x="${end + 10}" y="${top + 19}">${Math.round(100 * share)} %</text>`;
  });
  return sheet(
    "The share of test images of each kind of clothes that the network names rightly",
    markup`<g style="--color:${styleOf(0).color}">${bars}</g>`,
  );
}

/** Functions that draw pictures, by the example's file. */
export const drawings: Readonly<Record<string, () => Promise<string>>> = {
  "examples/spirals.ts": spirals,
  "examples/my-task.ts": ownTask,
  "examples/tfjs-fashion.ts": fashion,
  "examples/tfjs-continue.ts": continued,
  "examples/jax-js/mlp.ts": jaxSpirals,
};
