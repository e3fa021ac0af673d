/** Makes a step: submits it, or records it. */
import { GradientError } from "../../runtime/errors.ts";
import { type Command, record } from "../device/commands.ts";
import type { GpuBound, GpuGiven, GpuOptimizerSource } from "../settings.ts";
import { takeLoss } from "./inputs.ts";
import type { RowSelections } from "./selecting.ts";

function commandsFor(
  { rows, commands }: GpuBound,
  chosen: RowSelections | undefined,
): readonly Command[] {
  if (chosen === undefined) {
    return commands;
  }
  if (rows === undefined) {
    throw new GradientError("step: to choose rows, bind with optimize(..., { rows: true })");
  }
  return rows.commands(chosen);
}

/** Makes at most one submission, so that a step which the device refuses has changed nothing. */
export function makeStep(
  { device, nonFinite, takes }: Pick<GpuOptimizerSource, "device" | "nonFinite" | "takes">,
  bound: GpuBound,
  { gradients, encoder, rows, loss: given }: GpuGiven,
): void {
  const { ring, losses, plans, initialStates } = bound;
  const commands = commandsFor(bound, rows);
  const taken = takes.take(gradients);
  const loss = takeLoss(plans, nonFinite, given);
  ring.prepare(encoder);
  if (loss !== undefined) {
    losses.give(loss.value, loss.refused, encoder);
  }
  const target = encoder ?? device.createCommandEncoder();
  taken.record(target);
  const pass = target.beginComputePass();
  record(pass, [...initialStates.before(encoder !== undefined), ...taken.placed(commands)]);
  pass.end();
  if (encoder === undefined) {
    device.queue.submit([target.finish()]);
  }
  ring.count(encoder);
}
