// Measures training with states in 8 and 16 bits, for docs/storage.md: the mean loss of the last quarter of the steps, for three
// seeds.
// npm run build, then: npx tsx scripts/narrow-states.ts [steps]

import { adamw, bfloat16, block8, optimize, type StateStorage } from "gradus";
import { tasks } from "../cli/src/tasks/index.ts";

const kinds: Readonly<Record<string, StateStorage | undefined>> = {
  float32: undefined,
  "m in bfloat16": { state: { m: bfloat16 } },
  bfloat16: { state: bfloat16 },
  block8: { state: block8 },
};
const given = Number(process.argv[2] ?? 400);
const lengths = {
  "fashion-mlp": given,
  "words-sparse": given,
  "fashion-cnn": Math.ceil(0.15 * given),
};

for (const [name, steps] of Object.entries(lengths)) {
  const task = Object.values(tasks).find((each) => each.name === name)!;
  const start = await task.load();
  for (const [kind, storage] of Object.entries(kinds)) {
    const losses = [1, 2, 3].map((seed) => {
      const { batch, settings } = task.defaults;
      const training = start({ seed, batch, settings });
      const options = { seed, threads: 1, ...(storage && { storage }) };
      const optimizer = optimize(training.parameters, adamw({ lr: task.tuned["adamw"]! }), options);
      training.attach(optimizer);
      const all = Array.from({ length: steps }, (_, step) => {
        const loss = training.gradients(step + 1);
        optimizer.step();
        return loss;
      });
      optimizer.dispose();
      const last = all.slice(-Math.ceil(steps / 4));
      return last.reduce((sum, loss) => sum + loss, 0) / last.length;
    });
    console.log(name, kind, losses.map((loss) => loss.toPrecision(3)).join(", "));
  }
}
