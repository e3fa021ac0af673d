/** Kinds as heights and widths, by their names: until `kinds.ts` has them. */
import type { Kind } from "../kinds.ts";

type Extent = "1" | "rows" | "cols";

const extents: Readonly<Record<string, readonly [Extent, Extent]>> = {
  uniform: ["1", "1"],
  scalar: ["1", "1"],
  row: ["1", "cols"],
  column: ["rows", "1"],
  element: ["rows", "cols"],
  transposed: ["cols", "rows"],
  left: ["rows", "rows"],
  right: ["cols", "cols"],
};

export const heightOf = (kind: Kind): Extent => extents[kind]![0];
export const widthOf = (kind: Kind): Extent => extents[kind]![1];
export const isHost = (kind: Kind): boolean => heightOf(kind) === "1" && widthOf(kind) === "1";
export const isMatrix = (kind: Kind): boolean => heightOf(kind) !== "1" && widthOf(kind) !== "1";

export function kindOf(height: Extent, width: Extent): Kind | undefined {
  return Object.keys(extents)
    .filter((kind) => kind !== "uniform")
    .find((kind) => extents[kind]![0] === height && extents[kind]![1] === width) as
    | Kind
    | undefined;
}
