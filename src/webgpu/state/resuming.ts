/** Continues an optimizer from given counts, ages and state. */
import { status } from "../../compilers/wgsl/layout.ts";
import { type Begun, cohortsOf } from "../../runtime/binding/ages.ts";
import type { GpuBound, GpuOptimizerSource } from "../settings.ts";
import { heldBy, writeState } from "./arrays.ts";
import type { WrittenSnapshot } from "./snapshot.ts";

/** Continues after so many updates, whatever was before. */
export function goOn(
  device: GPUDevice,
  { status: counts, ring, initialStates, evaluation }: GpuBound,
  step: number,
  skippedSteps: number,
): void {
  const words = new Uint32Array(status.length);
  words[status.updates] = step;
  words[status.skipped] = skippedSteps;
  device.queue.writeBuffer(counts, 0, words);
  ring.resume(step, skippedSteps);
  initialStates.resume(step);
  // Evaluation reads the values of the last update, which another optimizer may have made.
  if (evaluation !== undefined && step > 0) {
    ring.write(step);
  }
  // Reading states before their first step needs the values of the next update.
  const { executions } = initialStates;
  if (executions.length > 0) {
    ring.write(step + 1, executions);
  }
}

/** Whether all parts have the ages that follow from `other`, the updates after which they began. */
export function isOfAges({ plans, begun }: GpuBound, other: Begun): boolean {
  const ages = (of: Begun) =>
    plans.map(({ plan }) =>
      cohortsOf(plan.rule, plan.tensors, of).map(({ tensors, ages }) => [
        tensors.map(({ name }) => name),
        ages,
      ]),
    );
  return JSON.stringify(ages(begun)) === JSON.stringify(ages(other));
}

/** Writes a snapshot's state to the device. @returns the parts to continue with */
export function takeState(
  source: GpuOptimizerSource,
  before: GpuBound,
  snapshot: WrittenSnapshot,
): GpuBound {
  const { begun, parameters } = snapshot.stateViews();
  let bound = before;
  if (!isOfAges(before, begun)) {
    bound = source.bind(before.laidOut, begun);
    release(before);
  }
  writeState(heldBy(source, bound), parameters);
  goOn(source.device, bound, snapshot.steps, snapshot.skippedSteps);
  return bound;
}

/** Frees what depends on the present ages. */
export function release({ evaluation, losses, owned }: GpuBound): void {
  evaluation?.dispose();
  losses.dispose();
  for (const buffer of owned) {
    buffer.destroy();
  }
}
