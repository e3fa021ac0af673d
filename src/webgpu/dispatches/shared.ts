/** What all programs of an optimizer share, and dispatches that are bound to it. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import type { Schedules } from "../../runtime/hyper.ts";
import type { Dispatch } from "../commands.ts";
import type { Access } from "../device.ts";
import type { Segment } from "./segments.ts";
import type { SharedSpace, Space } from "./space.ts";
import type { Tables } from "./tables.ts";

export interface Shared {
  readonly device: GPUDevice;
  readonly tables: Tables;
  readonly schedules: Schedules;
  /** Words of a row of the ring. */
  readonly ring: Space;
  readonly values: Space;
  /** Words in which operations on matrices work. */
  readonly rooms: SharedSpace;
  readonly ringRows: number;
  /** Whether a step that is left out sets gradients to zero as well. */
  readonly zeroesSkipped: boolean;
  /** Once they are made: */
  readonly buffers: () => {
    readonly ring: GPUBuffer;
    readonly values: GPUBuffer;
    readonly status: GPUBuffer;
    readonly rooms: GPUBuffer;
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

const roomsAccess: Access = { ...segmentAccess, [bindings.rooms]: "write" };

/**
 * A dispatch for a segment.
 * @param words its table: the first one is the number of workgroups
 */
export function segmentDispatch(
  { tables, buffers }: Shared,
  segment: Segment,
  code: string,
  words: Uint32Array<ArrayBuffer>,
): Dispatch {
  const table = tables.add(words);
  return {
    code,
    access: segmentAccess,
    workgroups: words[0]!,
    resources: () => {
      const { ring, values, status } = buffers();
      return {
        [bindings.parameter]: { ...segment.parameter },
        [bindings.gradient]: { ...segment.gradient },
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

/** One of operations on whole matrices. */
export function operationDispatch(...source: Parameters<typeof segmentDispatch>): Dispatch {
  const dispatch = segmentDispatch(...source);
  const [{ buffers }] = source;
  return {
    ...dispatch,
    access: roomsAccess,
    resources: () => ({ ...dispatch.resources(), [bindings.rooms]: { buffer: buffers().rooms } }),
  };
}
