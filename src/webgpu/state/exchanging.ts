/** Replaces the plans of an optimizer, over the present state. */
import { placesIn } from "../../compilers/wgsl/values.ts";
import type { NextPlan } from "../../runtime/exchange.ts";
import { layOutOver } from "../dispatches/relaying.ts";
import { inquire } from "../report.ts";
import type { GpuBound, GpuOptimizerSource, GpuServed } from "../settings.ts";
import type { GpuTensor } from "../tensor.ts";
import { release } from "./resuming.ts";

const statesOf = ({ laidOut }: Pick<GpuBound, "laidOut">): GPUBuffer[] =>
  laidOut.flatMap(({ segments }) => segments.map(({ state }) => state));

/** Frees the state that the others do not use. */
export function releaseStates(
  bound: Pick<GpuBound, "laidOut">,
  others?: Pick<GpuBound, "laidOut">,
): void {
  const stay = new Set(others && statesOf(others));
  for (const state of statesOf(bound).filter((each) => !stay.has(each))) {
    state.destroy();
  }
}

/** Frees an optimizer, except for what `others` use. */
export function giveBack({ source, bound }: GpuServed, others?: GpuServed): void {
  if (source.takes !== others?.source.takes) {
    source.takes.dispose();
  }
  release(bound);
  releaseStates(bound, others?.bound);
  const places = [...(others?.source.gradients.values() ?? [])];
  const stay = new Set(places.map(({ buffer }) => buffer));
  for (const buffer of source.owned.filter((each) => !stay.has(each))) {
    buffer.destroy();
  }
}

/** The places of states of one number in `values`, by tensor and name. */
function scalarsIn({ plans }: GpuBound): Map<string, number> {
  const found = new Map<string, number>();
  for (const { plan, step } of plans) {
    const { program, compiled } = step.execution;
    const places = placesIn(program, compiled.layout);
    for (const tensor of plan.tensors) {
      for (const { slot } of program.scalars) {
        const at = step.execution.valuesOf(tensor) + places.scalar(slot);
        found.set(JSON.stringify([tensor.name, slot]), at);
      }
    }
  }
  return found;
}

/** Copies what steps have left on the device besides arrays: counts, states of one number, and the norms of the last report. */
export function copyNumbers(device: GPUDevice, from: GpuBound, to: GpuBound): void {
  const encoder = device.createCommandEncoder();
  const before = scalarsIn(from);
  for (const [name, at] of scalarsIn(to)) {
    const old = before.get(name);
    // New tensors have none.
    if (old !== undefined) {
      encoder.copyBufferToBuffer(from.values, 4 * old, to.values, 4 * at, 4);
    }
  }
  const [asked, others] = [inquire(from).words, inquire(to).words];
  for (const [index, { buffer, offset, into }] of others.entries()) {
    const old = asked[index];
    if (old !== undefined) {
      encoder.copyBufferToBuffer(old.buffer, old.offset, buffer, offset, into.length);
    }
  }
  device.queue.submit([encoder.finish()]);
}

/**
 * Replaces a bound optimizer by one with other plans, and releases the old one. If it throws, nothing has changed.
 * @throws {BindingError} where the plans do not fit the layout of the present state
 */
export function exchanged(
  { device, bind }: Pick<GpuOptimizerSource, "device" | "bind">,
  before: GpuBound,
  next: readonly NextPlan<GpuTensor>[],
): GpuBound {
  const laidOut: GpuBound["laidOut"][number][] = [];
  let now: GpuBound | undefined;
  try {
    for (const { plan, of } of next) {
      const from = before.laidOut.find((each) => each.plan === of)!;
      laidOut.push(plan === of ? from : layOutOver(device, from, plan));
    }
    now = bind(laidOut, before.begun, undefined, before.absent);
    now.ring.continueFrom(before.ring, now.initialStates.continueFrom(before.initialStates));
    copyNumbers(device, before, now);
  } catch (error) {
    releaseStates({ laidOut }, before);
    if (now !== undefined) release(now);
    throw error;
  }
  release(before);
  releaseStates(before, now);
  return now;
}
