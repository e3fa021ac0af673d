/** Sets gradients to zero that no pass of a rule does: those of frozen parameters, and those that no loop reads last. */
import { bindings, blockElements, type Strided } from "../../compilers/wgsl/layout.ts";
import { zeroShader } from "../../compilers/wgsl/steps.ts";
import type { Dispatch } from "../device/commands.ts";
import { bindingBytes } from "../dispatches/segments.ts";
import type { Shared } from "../dispatches/shared.ts";
import { wordBytes } from "../parameters.ts";
import type { GpuTensor, Place } from "../tensor.ts";

/** Bindings must begin at multiples of this. */
const alignment = 256;

/** Parts of an array, in words of its buffer, each small enough for a binding. */
function partsOf(
  words: number,
  most: number,
  strided: Strided | undefined,
): { from: number; count: number }[] {
  const room = Math.floor((most - alignment) / 4);
  const each = strided ? Math.floor(room / strided.stride) * strided.columns : room;
  return Array.from({ length: Math.ceil(words / each) }, (_, index) => ({
    from: index * each,
    count: Math.min(each, words - index * each),
  }));
}

/** The dispatches that set gradients to zero. A skipped step may keep them. */
export function zeroDispatches(
  tensors: readonly GpuTensor[],
  gradients: ReadonlyMap<GpuTensor, Place>,
  { device, tables, buffers, zeroesSkipped }: Shared,
): Dispatch[] {
  return tensors.flatMap((tensor) => {
    const { buffer, offset, storage, strided } = gradients.get(tensor)!;
    const words = wordBytes(tensor.length, storage) / 4;
    // Contiguous rows are treated as one row.
    const { columns, stride } = strided ?? { columns: Math.max(1, words), stride: 0 };
    const parts = partsOf(words, bindingBytes(device), strided);
    return parts.map(({ from, count }): Dispatch => {
      const begin = offset + 4 * (strided ? (from / columns) * stride : from);
      const bound = Math.floor(begin / alignment) * alignment;
      const table = tables.add(Uint32Array.of((begin - bound) / 4, count, columns, stride));
      const extent = strided ? (count / columns - 1) * stride + columns : count;
      const size = begin - bound + 4 * extent;
      return {
        code: zeroShader(zeroesSkipped),
        access: {
          [bindings.gradient]: "write",
          [bindings.table]: "read",
          [bindings.status]: "read",
        },
        workgroups: Math.ceil(count / blockElements(1)),
        resources: () => ({
          [bindings.gradient]: { buffer, offset: bound, size },
          [bindings.table]: table(),
          [bindings.status]: { buffer: buffers().status },
        }),
      };
    });
  });
}
