/** Divides parameters among ranks, for sharded state. */
import { elementBytes } from "../compilers/backend.ts";
import { reserve } from "../runtime/binding/binding.ts";
import { inMemoryOrder, type Plan } from "../runtime/binding/plans.ts";
import { rowsOf, type Tensor } from "../runtime/binding/tensor.ts";
import { paddedBytes } from "../runtime/memory/memory.ts";
import type { Scopes } from "../runtime/memory/scopes.ts";
import type { ShardOffsets } from "./averaging/buckets.ts";
import { type Granularity, shardUnitOf } from "./granularity.ts";

/** The end of a piece that is nearest to an ideal end. */
function nearest(ideal: number, unit: number, length: number): number {
  return ideal <= 0
    ? 0
    : ideal >= length
      ? length
      : Math.min(length, Math.round(ideal / unit) * unit);
}

/**
 * Puts all parameters in a row, sorted by name, and cuts it into one part for each rank. Parts are as equal as possible, and end where a
 * piece ends.
 * @returns for each parameter the offset at which each rank's part begins, and its length at the end
 */
export function shardOffsetsOf(plans: readonly Plan[], ranks: number): ShardOffsets {
  const all = plans
    .flatMap((plan) => {
      const { lengthOf } = shardUnitOf(plan);
      return plan.tensors.map((tensor) => ({ ...tensor, unit: lengthOf(tensor) }));
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = all.reduce((sum, { length }) => sum + length, 0);
  let before = 0;
  return new Map(
    all.map(({ name, length, unit }) => {
      const bounds = Array.from({ length: ranks + 1 }, (_, rank) =>
        nearest((total * rank) / ranks - before, unit, length),
      );
      before += length;
      return [name, bounds];
    }),
  );
}

/** The shape of a part. If a tensor is divided by elements, no program uses it, and groups match by the shape of the whole tensor. */
function shapeOf(tensor: Tensor, length: number, granularity: Granularity): readonly number[] {
  const { shape } = tensor;
  if (length === tensor.length || granularity === "elements") {
    return shape;
  }
  // A part without elements has no columns either, so it has no state for them.
  return length === 0
    ? shape.map(() => 0)
    : [(length / tensor.length) * rowsOf(tensor), ...shape.slice(1)];
}

/** A rank's part of a tensor, in place. If it has no part, an array without elements. */
function shardOf(tensor: Tensor, from: number, to: number, scopes: Scopes): Omit<Tensor, "shape"> {
  const length = to - from;
  const bytes = elementBytes[tensor.type];
  const rest = { ...tensor, length, padded: paddedBytes(length * bytes) };
  if (length === 0) {
    const data = reserve(scopes.beside(tensor), [tensor], () => 0).get(tensor) as Tensor["data"];
    return { ...rest, data, address: data.byteOffset };
  }
  const { address } = tensor;
  const data = tensor.data.subarray(from, to);
  return { ...rest, data, address: address === undefined ? undefined : address + from * bytes };
}

/**
 * Makes the plan for a rank's part of each tensor. Tensors without elements stay too, so all ranks run the same stages and the same
 * reductions.
 * @param scopes where the memory of tensors without elements is allocated
 */
export function shardOfPlan(
  plan: Plan,
  shardOffsets: ShardOffsets,
  rank: number,
  scopes: Scopes,
): Plan {
  const { granularity } = shardUnitOf(plan);
  const parts = plan.tensors.map((tensor): Tensor => {
    const [from, to] = shardOffsets.get(tensor.name)!.slice(rank) as [number, number];
    return { ...shardOf(tensor, from, to, scopes), shape: shapeOf(tensor, to - from, granularity) };
  });
  return { ...plan, tensors: inMemoryOrder(parts) };
}
