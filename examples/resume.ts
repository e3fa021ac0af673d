// Stops training halfway and resumes it from a file. The weights have the same bits as without a stop.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adamw, optimize, parameters, warmupCosine } from "gradus";
import { loadCheckpoint, saveCheckpoint } from "gradus/checkpoint";
import { createRandom } from "gradus/tasks";

const steps = 300;

/** A linear model of 20 features, and an optimizer whose learning rate follows a schedule. */
function begin() {
  const net = parameters({ w: [20] });
  const lr = warmupCosine({ peak: 0.05, warmup: 20, steps });
  return { w: net.w.data, optimizer: optimize(net, adamw({ lr })) };
}

/** Trains on noisy examples, up to step `end`. Random numbers depend only on the step. */
function train({ w, optimizer }: ReturnType<typeof begin>, end: number): number[] {
  const losses: number[] = [];
  while (optimizer.steps < end) {
    const random = createRandom(7, optimizer.steps);
    const x = w.map(() => random.normal());
    const wrong =
      x.reduce((sum, each, i) => sum + each * (w[i]! - Math.sin(i)), 0) + 0.1 * random.normal();
    losses.push(wrong ** 2);
    optimizer.step({ w: x.map((each) => 2 * wrong * each) });
  }
  return losses;
}

const whole = begin();
export const uninterrupted = train(whole, steps);

const folder = mkdtempSync(join(tmpdir(), "gradus-resume-"));
const file = join(folder, "half.safetensors");
const first = begin();
export const before = train(first, steps / 2);
saveCheckpoint(file, first.optimizer);

const second = begin(); // in another process, on another day
loadCheckpoint(file, second.optimizer);
export const after = train(second, steps);
rmSync(folder, { recursive: true });

const same = whole.w.every((value, i) => Object.is(value, second.w[i]));
console.log(
  `stopped at step ${steps / 2}, went on to ${steps}: ${same ? "the same bits" : "OTHER bits"}`,
);
