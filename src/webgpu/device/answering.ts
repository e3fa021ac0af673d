/** Turns the device's answer about the steps so far into a report, or into an error. */
import { status } from "../../compilers/wgsl/layout.ts";
import { GradientError } from "../../runtime/errors.ts";
import { DeviceError } from "../errors.ts";
import type { Inquiry, Rates } from "../report.ts";
import type { GpuBound, GpuOptimizerSource, GpuReport } from "../settings.ts";
import { goOn } from "../state/resuming.ts";
import type { Outcome } from "../step/uniformRing.ts";
import type { Faults } from "./faults.ts";
import { read, type Span, type Words } from "./transfer.ts";

/** Reads the values after all that is submitted so far. @throws {DeviceError} which names the buffer, if one was destroyed */
export async function fetch(
  method: string,
  device: GPUDevice,
  faults: Faults,
  spans: readonly Span[],
  words?: readonly Words[],
): Promise<void> {
  const [done] = await Promise.allSettled([read(device, spans, words)]);
  await faults.settle();
  if (done.status === "rejected") {
    throw await faults.named(method, done.reason);
  }
}

/** The optimizer that asks, and the moment that the question is about. */
export interface Asking {
  readonly method: string;
  readonly source: GpuOptimizerSource;
  readonly bound: GpuBound;
  readonly faults: Faults;
}

const stepsOf = (count: number): string => (count === 1 ? "1 step" : `${count} steps`);

/** @throws {DeviceError} where steps were lost; parameters and state do not have their changes */
async function checkLost(
  { method, faults }: Asking,
  { step, lost, waiting }: Outcome,
): Promise<void> {
  if (lost > 0) {
    const why = await faults.reason(
      "a buffer that they were given was destroyed, or is another device's: its uncaptured errors say which",
      "submitted",
    );
    throw new DeviceError(
      `${method}: the device refused ${stepsOf(lost)}: ${why}. None of them was made: parameters and state are those after step ${step}, and the next one is step ${step + 1}`,
    );
  }
  if (waiting > 0 && method === "report") {
    const refused = await faults.refused("recorded");
    if (refused.length > 0) {
      throw new DeviceError(
        `report: of the steps that were recorded ${waiting} cannot run: ${refused.join("; ")}. None of them was made: parameters and state are those after step ${step}`,
      );
    }
  }
}

/**
 * Evaluates what the device has counted.
 * @throws {GradientError} where the device has stopped for a gradient; it continues after that
 * @throws {DeviceError} where it has refused steps
 */
export async function answer(
  asking: Asking,
  inquiry: Inquiry,
): Promise<Omit<GpuReport, keyof Rates>> {
  const { source, bound } = asking;
  const { moment, counts, gradientNorm } = inquiry;
  const { ring, initialStates } = bound;
  const outcome = ring.confirm(moment, counts[status.updates]!, counts[status.skipped]!);
  const { step, skippedSteps, waiting, lost } = outcome;
  if (ring.isNow(moment)) {
    initialStates.heard(step);
  }
  if (source.nonFinite === "throw" && counts[status.stopped] !== 0) {
    // If another call was first, it has thrown the error, and steps may have been made since.
    if (ring.isNow(moment)) {
      goOn(source.device, bound, step, 0);
    }
    throw new GradientError(
      `step ${step + 1}: a gradient is not finite; nothing was updated, then or in the ${skippedSteps - 1} steps after it. Set nonFinite to "skip" to skip such steps, or to "allow" to make them anyway.`,
    );
  }
  if (lost > 0 && ring.isNow(moment)) {
    // The initial values of these states may have changed by now.
    initialStates.resume(step);
  }
  await checkLost(asking, outcome);
  return { step, skippedSteps, waitingSteps: waiting, gradientNorm: gradientNorm() };
}
