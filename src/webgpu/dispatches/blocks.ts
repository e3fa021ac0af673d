/** Divides a loop over a piece of a tensor among workgroups. */
import { blockElements, workgroupSize } from "../../compilers/wgsl/layout.ts";
import { countOf, heightOf, type Kind, widthOf } from "../../rule/graph/kinds.ts";
import type { Loop } from "../../rule/planning/program.ts";
import type { GpuTensor } from "../tensor.ts";
import type { Piece, Segment } from "./segments.ts";

/** How a loop's work is divided among workgroups. */
export type Form = "elements" | "rows" | "columns";

const extent = (of: ReturnType<typeof widthOf>, { rows, cols }: GpuTensor): number =>
  ({ "1": 1, rows, cols })[of];

/** The elements of a kind that a loop runs over for a piece. */
export const countFor = (kind: Kind, { tensor, length }: Piece): number =>
  kind === "element" ? length : countOf(kind, tensor.rows, tensor.cols);

export const heightFor = (kind: Kind, { tensor }: Piece): number => extent(heightOf(kind), tensor);
export const widthFor = (kind: Kind, { tensor }: Piece): number => extent(widthOf(kind), tensor);

/** The number of workgroups for a piece. */
export function blocksFor(form: Form, { kind }: Loop, piece: Piece, { lanes }: Segment): number {
  switch (form) {
    case "elements":
      return Math.ceil(countFor(kind, piece) / blockElements(lanes));
    case "rows":
      return heightFor(kind, piece);
    case "columns":
      return Math.ceil(widthFor(kind, piece) / workgroupSize);
  }
}

/** The elements of a block; in a loop by rows, a block is one row. */
export function blockStep(form: Form, { lanes }: Segment): number {
  return { elements: blockElements(lanes), rows: 1, columns: workgroupSize }[form];
}
