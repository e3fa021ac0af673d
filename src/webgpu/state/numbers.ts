/** Copies states of one number per tensor from one program of a plan to another. */
import { bindings, workgroupSize } from "../../compilers/wgsl/layout.ts";
import { copyShader } from "../../compilers/wgsl/steps.ts";
import { placesIn } from "../../compilers/wgsl/values.ts";
import type { Plan } from "../../runtime/binding/plans.ts";
import type { Dispatch } from "../device/commands.ts";
import type { BoundProgram } from "../dispatches/programs.ts";
import type { Shared } from "../dispatches/shared.ts";
import type { GpuTensor } from "../tensor.ts";

/** Two programs of a plan with such states. All states that both have are copied. */
interface Pair {
  readonly plan: Plan<GpuTensor>;
  readonly from: BoundProgram;
  readonly to: BoundProgram;
}

/** The dispatches that copy them, unless the device is stopped. */
export function copyDispatches(
  pairs: readonly Pair[],
  { tables, buffers }: Pick<Shared, "tables" | "buffers">,
): Dispatch[] {
  const copies = pairs.flatMap(copiesOf);
  if (copies.length === 0) {
    return [];
  }
  const table = tables.add(Uint32Array.of(copies.length, ...copies.flat()));
  return [
    {
      code: copyShader,
      access: { [bindings.table]: "read", [bindings.values]: "write", [bindings.status]: "read" },
      workgroups: Math.ceil(copies.length / workgroupSize),
      resources: () => ({
        [bindings.table]: table(),
        [bindings.values]: { buffer: buffers().values },
        [bindings.status]: { buffer: buffers().status },
      }),
    },
  ];
}

/** For each copied state, the source and the target word in `values`. */
function copiesOf({ plan, from, to }: Pair): (readonly [number, number])[] {
  const placeOf = ({ execution }: BoundProgram, slot: string, tensor: GpuTensor): number => {
    const places = placesIn(execution.program, execution.compiled.layout);
    return execution.valuesOf(tensor) + places.scalar(slot);
  };
  const wanted = new Set(to.execution.program.scalars.map(({ slot }) => slot));
  return from.execution.program.scalars
    .filter(({ slot }) => wanted.has(slot))
    .flatMap(({ slot }) =>
      plan.tensors.map(
        (tensor) => [placeOf(from, slot, tensor), placeOf(to, slot, tensor)] as const,
      ),
    );
}
