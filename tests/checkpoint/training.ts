/**
 * A run that saves after each step, for faults.test.ts to end. Parameters and state follow from the step alone,
 * so that whoever reads a checkpoint knows what must be in it.
 */
import { checkpoints, loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import { momentum, optimize, parameters } from "../../src/index.ts";

/** Elements of each of the two parameters. */
export const size = 60_000;

export function makeOptimizer(elements = size) {
  const net = parameters({ w: [elements], b: [elements] });
  return optimize(net, momentum({ lr: 1, momentum: 0 }), { threads: 1 });
}

type Trained = ReturnType<typeof makeOptimizer>;

/** Takes the parameters one down: after n steps they are -n. */
export function step(optimizer: Trained): void {
  optimizer.gradients.w.fill(1);
  optimizer.gradients.b.fill(1);
  optimizer.step();
}

/** Whether all of an optimizer is of one and the same step. */
export function isWhole(optimizer: Trained): boolean {
  const { w, b } = optimizer.parameters;
  return [w, b].every(({ data }) => data.every((value) => value === -optimizer.steps));
}

/** Goes on from what is there, and saves until it is killed. */
export function run(kind: string, path: string): void {
  const optimizer = makeOptimizer();
  const folder = kind === "folder" ? checkpoints(path, { keep: 2 }) : undefined;
  const started = process.argv.includes("resume");
  if (started) {
    if (folder === undefined) {
      loadCheckpoint(path, optimizer);
    } else if (folder.resume(optimizer) === undefined) {
      throw new Error("there is nothing to resume");
    }
  }
  for (;;) {
    step(optimizer);
    if (folder === undefined) {
      saveCheckpoint(path, optimizer);
    } else {
      folder.save(optimizer);
    }
    process.stdout.write(".");
  }
}
