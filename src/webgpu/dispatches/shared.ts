/** What all programs of an optimizer share, and dispatches with these bindings. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import type { Schedules } from "../../runtime/step/hyper.ts";
import type { Dispatch } from "../device/commands.ts";
import type { Access } from "../device/device.ts";
import type { SharedWords, WordAllocator } from "./allocators.ts";
import { boundGradient, movingIn } from "./moving.ts";
import type { Segment } from "./segments.ts";
import type { Tables } from "./tables.ts";

export interface Shared {
  readonly device: GPUDevice;
  readonly tables: Tables;
  readonly schedules: Schedules;
  /** The words of a row of the ring. */
  readonly ring: WordAllocator;
  readonly values: WordAllocator;
  /** The scratch memory of operations on matrices, in words. */
  readonly scratch: SharedWords;
  readonly ringRows: number;
  /** Whether a skipped step also sets gradients to zero. */
  readonly zeroesSkipped: boolean;
  /** Available after the buffers are made. */
  readonly buffers: () => {
    readonly ring: GPUBuffer;
    readonly values: GPUBuffer;
    readonly status: GPUBuffer;
    readonly scratch: GPUBuffer;
  };
}

const segmentAccess: Access = {
  [bindings.parameter]: "write",
  [bindings.gradient]: "write",
  [bindings.state]: "write",
  [bindings.table]: "read",
  [bindings.ring]: "read",
  [bindings.values]: "write",
  [bindings.status]: "write",
  [bindings.rows]: "read",
};

const scratchAccess: Access = { ...segmentAccess, [bindings.scratch]: "write" };

/**
 * A dispatch for a segment.
 * @param words the dispatch's table, which begins with the number of workgroups
 */
export function segmentDispatch(
  { tables, buffers }: Shared,
  segment: Segment,
  code: string,
  words: Uint32Array<ArrayBuffer>,
): Dispatch {
  const table = tables.add(words);
  return {
    ...{ code, access: segmentAccess, moving: movingIn([segment], bindings.gradient) },
    workgroups: words[0]!,
    resources: () => {
      const { ring, values, status } = buffers();
      return {
        [bindings.parameter]: { ...segment.parameter },
        [bindings.gradient]: boundGradient(segment),
        [bindings.state]: { buffer: segment.state },
        [bindings.table]: table(),
        [bindings.ring]: { buffer: ring },
        [bindings.values]: { buffer: values },
        [bindings.status]: { buffer: status },
        [bindings.rows]: table(),
      };
    },
  };
}

/** A dispatch of operations on whole matrices. */
export function operationDispatch(...source: Parameters<typeof segmentDispatch>): Dispatch {
  const dispatch = segmentDispatch(...source);
  const [{ buffers }] = source;
  return {
    ...dispatch,
    access: scratchAccess,
    resources: () => ({
      ...dispatch.resources(),
      [bindings.scratch]: { buffer: buffers().scratch },
    }),
  };
}
