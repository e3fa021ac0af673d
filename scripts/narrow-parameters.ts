// Measures training with parameters, gradients and states in bfloat16, for docs/storage.md: the mean loss of the last quarter of
// the
// steps, for seeds 1, 2 and so on.
// npm run build, then: npx tsx scripts/narrow-parameters.ts [steps] [task] [lr] [seeds] [kinds, with commas]

import {
  adamw,
  bfloat16,
  compensated,
  fromFloat32,
  master,
  optimize,
  parameters,
  type Storage,
  sgd,
  stochastic,
  toFloat32,
} from "gradus";
import { tasks } from "../cli/src/tasks/index.ts";

type Kind = readonly [type: Storage | "float32", state?: Storage];

const kinds: Readonly<Record<string, Kind>> = {
  float32: ["float32"],
  nearest: [bfloat16, bfloat16],
  stochastic: [stochastic(bfloat16), stochastic(bfloat16)],
  compensated: [compensated(bfloat16), stochastic(bfloat16)],
  master: [master(bfloat16), stochastic(bfloat16)],
};
const [, , givenSteps, givenTask, givenRate, givenSeeds, givenKinds] = process.argv;
const given = Number(givenSteps ?? 400);
const seeds = Array.from({ length: Number(givenSeeds ?? 3) }, (_, i) => i + 1);
const isWanted = (kind: string) => givenKinds?.split(",").includes(kind) ?? true;
const lengths = {
  "fashion-mlp": given,
  "words-sparse": given,
  "fashion-cnn": Math.ceil(0.15 * given),
};

type Task = (typeof tasks)[keyof typeof tasks];

/** The losses of a run. The task computes in float32, with the values of the narrow parameters. */
function train(
  task: Task,
  start: Awaited<ReturnType<Task["load"]>>,
  seed: number,
  steps: number,
  [type, state]: Kind,
): number[] {
  const { batch, settings } = task.defaults;
  const training = start({ seed, batch, settings });
  using carrier = optimize(training.parameters, sgd({ lr: 0 }));
  training.attach(carrier);
  const wide = Object.entries(carrier.parameters).map(([name, { data, shape }]) => ({
    ...{ name, data, shape, gradient: carrier.gradients[name]! },
  }));
  const shapes = Object.fromEntries(wide.map(({ name, shape }) => [name, shape]));
  const net = parameters(shapes, { type: type as Storage });
  const storage = typeof type === "object" ? type : undefined;
  const kept = (numbers: Float32Array) => (storage ? fromFloat32(numbers, storage) : numbers);
  for (const { name, data } of wide) net[name]!.data.set(kept(data as Float32Array));
  using optimizer = optimize(net, adamw({ lr: Number(givenRate ?? task.tuned["adamw"]) }), {
    ...{ seed, threads: 1, ...(state && { storage: { state } }) },
  });
  return Array.from({ length: steps }, (_, step) => {
    for (const { name, data } of wide) {
      const own = net[name]!.data;
      data.set(storage ? toFloat32(own, storage) : own);
    }
    const loss = training.gradients(step + 1);
    for (const { name, gradient } of wide) {
      optimizer.gradients[name]!.set(kept(gradient as Float32Array));
    }
    optimizer.step();
    return loss;
  });
}

for (const [name, steps] of Object.entries(lengths)) {
  if (givenTask !== undefined && givenTask !== name) continue;
  const task = Object.values(tasks).find((each) => each.name === name)!;
  const start = await task.load();
  for (const [kind, storages] of Object.entries(kinds).filter(([kind]) => isWanted(kind))) {
    const losses = seeds.map((seed) => {
      const all = train(task, start, seed, steps, storages);
      const last = all.slice(-Math.ceil(steps / 4));
      return last.reduce((sum, loss) => sum + loss, 0) / last.length;
    });
    console.log(name, kind, losses.map((loss) => loss.toPrecision(3)).join(", "));
  }
}
