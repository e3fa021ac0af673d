/** Continues with other parameters, or without some for a while, and does not wait for the device. */
import type { Begun } from "../../runtime/binding/ages.ts";
import type { LaidOut } from "../dispatches/programs.ts";
import { partsOfSegments } from "../dispatches/segments.ts";
import type { GpuBound, GpuOptimizerSource } from "../settings.ts";
import { copyNumbers } from "./exchanging.ts";
import { initialize } from "./initialStates.ts";
import { release } from "./resuming.ts";

/** How an optimizer continues. */
export interface Arrangement {
  readonly laidOut: readonly LaidOut[];
  readonly begun: Begun;
  /** The parameters that steps leave alone. */
  readonly absent: ReadonlySet<string>;
  /** The parameters that are new. */
  readonly joined?: ReadonlySet<string>;
}

/** Replaces a bound optimizer by one with the new arrangement. The old one is released, except the state that stays. */
export function rearranged(
  { device, bind }: Pick<GpuOptimizerSource, "device" | "bind">,
  before: GpuBound,
  { laidOut, begun, absent, joined = new Set() }: Arrangement,
): GpuBound {
  const now = bind(laidOut, begun, undefined, absent);
  const isNew = ({ name }: { readonly name: string }) => joined.has(name);
  const fresh = now.plans.flatMap((each) => {
    const tensors = each.plan.tensors.filter(isNew);
    return tensors.length > 0 ? [{ ...each, plan: { ...each.plan, tensors } }] : [];
  });
  initialize(device, fresh, now.values);
  now.initialStates.resume(before.ring.confirmed);
  now.ring.continueFrom(before.ring, now.initialStates.executions);
  copyNumbers(device, before, now);
  release(before);
  return now;
}

/** The plans without some parameters. */
export function withoutSome(
  laidOut: readonly LaidOut[],
  names: ReadonlySet<string>,
): readonly LaidOut[] {
  return laidOut.flatMap((each) => {
    const tensors = each.plan.tensors.filter(({ name }) => !names.has(name));
    if (tensors.length === each.plan.tensors.length) {
      return [each];
    }
    const segments = partsOfSegments(each.segments, tensors);
    return tensors.length > 0 ? [{ ...each, plan: { ...each.plan, tensors }, segments }] : [];
  });
}
