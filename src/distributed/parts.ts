/** Which part of which parameter each rank steps. */
import { elementBytes } from "../compilers/backend.ts";
import { reserve } from "../runtime/binding/binding.ts";
import { inMemoryOrder, type Plan } from "../runtime/binding/plans.ts";
import { rowsOf, type Tensor } from "../runtime/binding/tensor.ts";
import { paddedBytes } from "../runtime/memory/memory.ts";
import type { Scopes } from "../runtime/memory/scopes.ts";
import type { Cuts } from "./averaging/buckets.ts";
import { type Division, piecesOf } from "./division.ts";

/** The multiple of a piece that is nearest to an ideal end. */
function nearest(ideal: number, piece: number, length: number): number {
  return ideal <= 0
    ? 0
    : ideal >= length
      ? length
      : Math.min(length, Math.round(ideal / piece) * piece);
}

/**
 * Cuts all parameters, behind one another by name, into parts of equal length, each of which ends with a piece.
 * @returns for each parameter, where each rank's part begins, and behind the last its end
 */
export function cutsOf(plans: readonly Plan[], ranks: number): Cuts {
  const all = plans
    .flatMap((plan) => {
      const { lengthOf } = piecesOf(plan);
      return plan.tensors.map((tensor) => ({ ...tensor, piece: lengthOf(tensor) }));
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = all.reduce((sum, { length }) => sum + length, 0);
  let before = 0;
  return new Map(
    all.map(({ name, length, piece }) => {
      const bounds = Array.from({ length: ranks + 1 }, (_, rank) =>
        nearest((total * rank) / ranks - before, piece, length),
      );
      before += length;
      return [name, bounds];
    }),
  );
}

/** The shape of a part. By chunks of elements no program asks for it, and groups are matched by that of the whole. */
function shapeOf(tensor: Tensor, length: number, division: Division): readonly number[] {
  const { shape } = tensor;
  if (length === tensor.length || division === "elements") {
    return shape;
  }
  // Columns have state of their own: without elements there are none.
  return length === 0
    ? shape.map(() => 0)
    : [(length / tensor.length) * rowsOf(tensor), ...shape.slice(1)];
}

/** One rank's part of a tensor, in place; of one that it has no part of, an array without elements. */
function partOf(tensor: Tensor, from: number, to: number, scopes: Scopes): Omit<Tensor, "shape"> {
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
 * A plan for one rank's part of each of its tensors. All tensors stay, those without elements too: so all ranks run the same stages,
 * and reduce the same.
 * @param scopes of what tensors without elements have in memory
 */
export function partOfPlan(plan: Plan, cuts: Cuts, rank: number, scopes: Scopes): Plan {
  const { division } = piecesOf(plan);
  const parts = plan.tensors.map((tensor): Tensor => {
    const [from, to] = cuts.get(tensor.name)!.slice(rank) as [number, number];
    return { ...partOf(tensor, from, to, scopes), shape: shapeOf(tensor, to - from, division) };
  });
  return { ...plan, tensors: inMemoryOrder(parts) };
}
