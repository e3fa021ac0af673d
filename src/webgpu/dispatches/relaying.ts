/** Lays out a plan over the present state of another plan, which has the same parameters or more. */
import type { Plan } from "../../runtime/binding/plans.ts";
import { BindingError } from "../../runtime/errors.ts";
import { allocate } from "../parameters.ts";
import type { GpuTensor } from "../tensor.ts";
import { draftsOf, type LaidOut } from "./programs.ts";
import { bindingBytes, type Kept, partsOfSegments, type Segment, wordsOf } from "./segments.ts";

const bindAnew =
  "setHyper: with this value, the rule's programs do not fit the present state: call optimize() with this value, or with a schedule";

/** The segment with memory for all arrays of `kept`: the missing ones come after a copy of the present state. */
function enlarged(device: GPUDevice, segment: Segment, kept: readonly Kept[]): Segment {
  const missing = kept.filter(({ key }) => !segment.positions.has(key));
  if (missing.length === 0) {
    return segment;
  }
  const before = segment.state.size;
  let end = before / 4;
  const added = missing.map((each) => {
    const list = segment.pieces.map((piece) => {
      const at = end;
      end += wordsOf(each, piece);
      return at;
    });
    return [each.key, list] as const;
  });
  if (4 * end > bindingBytes(device)) {
    throw new BindingError(bindAnew);
  }
  const state = allocate(device, 4 * end, "gradus state");
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(segment.state, 0, state, 0, before);
  device.queue.submit([encoder.finish()]);
  return { ...segment, state, positions: new Map([...segment.positions, ...added]) };
}

/** @throws {BindingError} where the plan's programs need more than the present layout allows */
export function layOutOver(device: GPUDevice, of: LaidOut, plan: Plan<GpuTensor>): LaidOut {
  const { kept, divisible, ...drafts } = draftsOf(plan);
  const segments = partsOfSegments(of.segments, plan.tensors);
  const isCut = segments.some(({ pieces }) =>
    pieces.some(({ tensor, length }) => length < tensor.length),
  );
  if (isCut && !divisible) {
    throw new BindingError(bindAnew);
  }
  return { plan, ...drafts, segments: segments.map((each) => enlarged(device, each, kept)) };
}
