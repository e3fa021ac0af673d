/** State of one number a tensor, from one program of a plan to another. */
import { placesIn } from "../compilers/wgsl/values.ts";
import type { Plan } from "../runtime/plans.ts";
import type { BoundProgram } from "./dispatches/programs.ts";
import { allocate } from "./parameters.ts";
import type { GpuTensor } from "./tensor.ts";

/** Two programs of a plan that have such state: all of one's that the other has too is copied. */
interface Pair {
  readonly plan: Plan<GpuTensor>;
  readonly from: BoundProgram;
  readonly to: BoundProgram;
}

/** Copies of numbers, among commands of the caller's. */
export class NumberCopies {
  readonly #values: GPUBuffer;
  readonly #copies: readonly { readonly from: number; readonly to: number }[];
  /** By way of which they go: copies within one buffer are not allowed. */
  readonly #between: GPUBuffer | undefined;

  constructor(device: GPUDevice, pairs: readonly Pair[], values: GPUBuffer) {
    this.#values = values;
    this.#copies = pairs.flatMap(copiesOf);
    const bytes = 4 * this.#copies.length;
    this.#between = bytes > 0 ? allocate(device, bytes, "gradus numbers") : undefined;
  }

  record(encoder: GPUCommandEncoder): void {
    for (const [index, { from }] of this.#copies.entries()) {
      encoder.copyBufferToBuffer(this.#values, from, this.#between!, 4 * index, 4);
    }
    for (const [index, { to }] of this.#copies.entries()) {
      encoder.copyBufferToBuffer(this.#between!, 4 * index, this.#values, to, 4);
    }
  }

  dispose(): void {
    this.#between?.destroy();
  }
}

function copiesOf({ plan, from, to }: Pair) {
  const placeOf = ({ execution }: BoundProgram, slot: string, tensor: GpuTensor): number => {
    const places = placesIn(execution.program, execution.compiled.layout);
    return 4 * (execution.valuesOf(tensor) + places.scalar(slot));
  };
  const wanted = new Set(to.execution.program.scalars.map(({ slot }) => slot));
  return from.execution.program.scalars
    .filter(({ slot }) => wanted.has(slot))
    .flatMap(({ slot }) =>
      plan.tensors.map((tensor) => ({
        from: placeOf(from, slot, tensor),
        to: placeOf(to, slot, tensor),
      })),
    );
}
