/**
 * A run that saves after each step, until faults.test.ts ends it. Parameters and state follow from the step alone, so that a
 * reader of
 * a checkpoint knows its contents.
 */
import { checkpoints, loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import { momentum, optimize, parameters } from "../../src/index.ts";

/** The elements of each of the two parameters. */
export const size = 60_000;

export function makeOptimizer(elements = size) {
  const net = parameters({ w: [elements], b: [elements] });
  return optimize(net, momentum({ lr: 1, momentum: 0 }), { threads: 1 });
}

type Trained = ReturnType<typeof makeOptimizer>;

/** Subtracts one from the parameters: after n steps they are -n. */
export function step(optimizer: Trained): void {
  optimizer.gradients.w.fill(1);
  optimizer.gradients.b.fill(1);
  optimizer.step();
}

/** Whether all of an optimizer's numbers are from the same step. */
export function isWhole(optimizer: Trained): boolean {
  const { w, b } = optimizer.parameters;
  return [w, b].every(({ data }) => data.every((value) => value === -optimizer.steps));
}

/** Resumes, and saves until it is killed. */
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
