/** State of one number a tensor, from one program of a plan to another. */
import { placesIn } from "../compilers/wgsl/values.ts";
import type { Plan } from "../runtime/plans.ts";
import type { BoundProgram } from "./dispatches/programs.ts";
import { allocate } from "./parameters.ts";
import type { GpuTensor } from "./tensor.ts";

/** Two programs of a plan that have such state: all of one's that the other has too is copied. */
export interface Pair {
  readonly plan: Plan<GpuTensor>;
  readonly from: BoundProgram;
  readonly to: BoundProgram;
}

/** @returns what copies numbers, among commands of the caller's */
export function numberCopies(pairs: readonly Pair[], values: GPUBuffer) {
  const placeOf = ({ execution }: BoundProgram, slot: string, tensor: GpuTensor): number => {
    const places = placesIn(execution.program, execution.compiled.layout);
    return 4 * (execution.valuesOf(tensor) + places.scalar(slot));
  };
  const copies = pairs.flatMap(({ plan, from, to }) =>
    from.execution.program.scalars
      .filter(({ slot }) => to.execution.program.scalars.some((each) => each.slot === slot))
      .flatMap(({ slot }) =>
        plan.tensors.map((tensor) => ({
          from: placeOf(from, slot, tensor),
          to: placeOf(to, slot, tensor),
        })),
      ),
  );
  return {
    /** @returns by way of which buffer, since copies within one are not allowed: to be destroyed once all is submitted */
    record(device: GPUDevice, encoder: GPUCommandEncoder): GPUBuffer | undefined {
      if (copies.length === 0) {
        return undefined;
      }
      const between = allocate(device, 4 * copies.length, "gradus numbers");
      for (const [index, { from }] of copies.entries()) {
        encoder.copyBufferToBuffer(values, from, between, 4 * index, 4);
      }
      for (const [index, { to }] of copies.entries()) {
        encoder.copyBufferToBuffer(between, 4 * index, values, to, 4);
      }
      return between;
    },
  };
}

export type NumberCopies = ReturnType<typeof numberCopies>;
