/**
 * Dispatches that read gradients in several buffers. If each parameter has its own buffers, as in another library, this takes a
 * fraction of the dispatches that one for each buffer would need.
 */
import {
  besideGradients,
  canBeApart,
  readsGradientsAlone,
} from "../../compilers/wgsl/gradients.ts";
import { bindings } from "../../compilers/wgsl/layout.ts";
import type { Loop, Program } from "../../rule/planning/program.ts";
import type { Dispatch } from "../device/commands.ts";
import type { Access } from "../device/device.ts";
import { grouped } from "./grouped.ts";
import { boundGradient, movingIn } from "./moving.ts";
import type { Segment } from "./segments.ts";
import type { Shared } from "./shared.ts";
import type { LoopSegment } from "./tables.ts";

/** More would save little, and shaders go through all of them. */
const maxBuffers = 16;

/** How a shader sees a segment's gradients. */
const seenOf = ({ segment: { lanes, storages } }: LoopSegment): string =>
  JSON.stringify([lanes, storages.gradient, storages.strided?.gradient]);

/** Lists of the same length, except the last. */
function shared<T>(all: readonly T[], most: number): T[][] {
  const each = Math.ceil(all.length / Math.ceil(all.length / most));
  return Array.from({ length: Math.ceil(all.length / each) }, (_, index) =>
    all.slice(index * each, (index + 1) * each),
  );
}

/**
 * Groups segments whose gradients one dispatch of a loop can read, as many as the device can bind.
 * @returns the groups; segments that need their own dispatch are left out
 */
export function gradientsTogether(
  { limits }: GPUDevice,
  program: Program,
  loop: Loop,
  all: readonly LoopSegment[],
): { readonly segments: readonly LoopSegment[]; readonly buffers: number }[] {
  const others = Object.keys(besideGradients(program, loop)).length;
  const most = Math.min(maxBuffers, limits.maxStorageBuffersPerShaderStage - others);
  if (!readsGradientsAlone(loop) || most < 2) {
    return [];
  }
  const apart = all.filter(({ segment }) => canBeApart(segment.storages));
  return [...grouped(apart, seenOf).values()]
    .filter(({ length }) => length > 1)
    .flatMap((alike) => {
      const lists = shared(alike, most);
      return lists.map((segments) => ({ segments, buffers: lists[0]!.length }));
    });
}

/**
 * A dispatch for the gradients of several segments.
 * @param buffers the number of buffers that its shader binds
 * @param words the dispatch's table, which begins with the number of workgroups
 */
export function gradientsDispatch(
  { tables, buffers: made }: Pick<Shared, "tables" | "buffers">,
  segments: readonly Segment[],
  { code, beside, buffers }: { readonly code: string; readonly beside: Access; buffers: number },
  words: Uint32Array<ArrayBuffer>,
): Dispatch {
  const table = tables.add(words);
  // Remaining bindings get the first buffer; no tensor is there.
  const bound = Array.from({ length: buffers }, (_, index) => segments[index] ?? segments[0]!);
  const each = <T>(of: (segment: Segment) => T): Record<number, T> =>
    Object.fromEntries(bound.map((one, index) => [bindings.gradients + index, of(one)]));
  return {
    ...{ code, access: { ...beside, ...each(() => "read" as const) } },
    moving: movingIn(bound, bindings.gradients),
    workgroups: words[0]!,
    resources: () => {
      const { ring, values, status } = made();
      const others: Record<number, GPUBindingResource> = {
        [bindings.table]: table(),
        [bindings.ring]: { buffer: ring },
        [bindings.values]: { buffer: values },
        [bindings.status]: { buffer: status },
      };
      const wanted = Object.keys(beside).map((key) => [key, others[Number(key)]!] as const);
      return { ...Object.fromEntries(wanted), ...each(boundGradient) };
    },
  };
}
