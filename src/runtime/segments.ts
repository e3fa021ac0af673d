/** Tensors that lie side by side in memory, so that a loop can run over all of them at once. */
import type { Storage } from "../compilers/compiler.ts";
import type { ExecutionSource } from "./plans.ts";
import { adjoins, type BoundTensor, recordsIn, spanLength, Unit } from "./unit.ts";

export interface Segment {
  readonly unit: Unit;
  readonly members: readonly BoundTensor[];
}

/**
 * @param tensors those with an address first, in its order
 * @param storages of the program's slots
 */
export function segmentsOf(
  tensors: readonly BoundTensor[],
  source: ExecutionSource,
  storages: readonly Storage[],
): Segment[] {
  const runs: BoundTensor[][] = [];
  for (const bound of tensors) {
    const run = runs.at(-1);
    if (run !== undefined && adjoins(run.at(-1)!.tensor, bound.tensor)) {
      run.push(bound);
    } else {
      runs.push([bound]);
    }
  }
  const { scope, partials, plan } = source;
  const joined = runs.filter(({ length }) => length > 1).length;
  const nextRecord = recordsIn(scope, plan.program, joined);
  return runs.map((members) => {
    const first = members[0]!;
    if (members.length === 1) {
      return { unit: first.unit, members };
    }
    const all = members.map(({ tensor }) => tensor);
    const unit = new Unit(
      nextRecord(),
      plan.program,
      spanLength(all, plan.type),
      first.block.address,
      storages,
    );
    unit.setPartials(partials.address, partials.stride);
    return { unit, members };
  });
}
