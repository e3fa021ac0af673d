/** Segments: tensors that lie side by side in memory, so that a loop can run over all of them at once. */
import { elementBytes, type Storage } from "../../compilers/backend.ts";
import { bytesTo } from "../../compilers/storages/storage.ts";
import { gradientSlot } from "../../rule/planning/program.ts";
import { joinedBytes } from "../gradients/staging.ts";
import { type BoundTensor, CallRecord, recordsIn } from "./callRecord.ts";
import type { ExecutionSource } from "./plans.ts";
import type { Tensor } from "./tensor.ts";

export interface Segment {
  readonly call: CallRecord;
  readonly members: readonly BoundTensor[];
  /** Whether their states lie side by side. If arrays live elsewhere, the state of one that joined the run later may be in between. */
  joined: boolean;
  /** Whether this step's gradients lie side by side too. */
  together: boolean;
}

/** Sets the address of a slot of a segment, after its members have theirs. */
export function placeSegment(segment: Segment, slot: number, storage: Storage): void {
  const { call, members } = segment;
  const first = members[0]!.call.addressOf(slot);
  call.setSlot(slot, first);
  let elements = 0;
  for (const { call: each, tensor } of members) {
    if (first > 0 && each.addressOf(slot) !== first + bytesTo(storage, elements)) {
      segment.joined = segment.together = false;
    }
    elements += tensor.padded / elementBytes[tensor.type];
  }
}

/** Checks whether this step's gradients lie side by side, and sets their address. */
export function findGradientsOf(segment: Segment): void {
  const { call, members } = segment;
  const address = members[0]!.call.addressOf(gradientSlot);
  segment.together = segment.joined;
  let next = address;
  for (let i = 0; i < members.length && segment.together; i++) {
    const { gathered, tensor, call: each } = members[i]!;
    segment.together = gathered === undefined && each.addressOf(gradientSlot) === next;
    next += tensor.padded;
  }
  if (segment.together) {
    call.setSlot(gradientSlot, address);
  }
}

/**
 * Whether `next`, without a storage, starts where the padding of `last` ends. If they live elsewhere: whether `next` fits into a
 * buffer after so many bytes.
 */
const adjoins = (bytes: number, last: Tensor, next: Tensor): boolean =>
  !last.storage &&
  (last.address === undefined
    ? bytes + next.padded <= joinedBytes
    : last.address + last.padded === next.address);

function runsOf(tensors: readonly BoundTensor[]): BoundTensor[][] {
  const runs: BoundTensor[][] = [];
  let bytes = 0;
  for (const bound of tensors) {
    const run = runs.at(-1);
    if (run !== undefined && adjoins(bytes, run.at(-1)!.tensor, bound.tensor)) {
      run.push(bound);
    } else {
      runs.push([bound]);
      bytes = 0;
    }
    bytes += bound.tensor.padded;
  }
  return runs;
}

/**
 * Divides tensors into segments.
 * @param tensors those with an address first, sorted by address
 * @param storages the storages of the program's slots
 */
export function segmentsOf(
  tensors: readonly BoundTensor[],
  source: ExecutionSource,
  storages: readonly Storage[],
): Segment[] {
  const { scope, partials, plan } = source;
  const runs = runsOf(tensors);
  const joined = runs.filter(({ length }) => length > 1).length;
  const nextRecord = recordsIn(scope, plan.program, joined);
  return runs.map((members) => {
    const [first] = members as [BoundTensor];
    if (members.length === 1) {
      return { call: first.call, members, joined: false, together: false };
    }
    const all = members.map(({ tensor }) => tensor);
    const call = new CallRecord(nextRecord(), plan.program, all, first.block.address, storages);
    call.setPartials(partials.address, partials.stride);
    return { call, members, joined: true, together: true };
  });
}
