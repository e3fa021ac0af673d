/** The report on one composition: empty, or a program that shows the failure. */
import { compare, LOOSE } from "./compare.ts";
import type { Composition } from "./composition.ts";
import { programOf } from "./program.ts";
import { judge } from "./refusals.ts";
import { shrink } from "./shrink.ts";

export interface Finding {
  /** The failure: its message, the smallest program found, and how to reproduce it. */
  readonly failure?: string;
  /** Whether it was refused, as it should be. */
  readonly refused: boolean;
  /** Whether it amplifies rounding so much that a comparison says little. */
  readonly loose: boolean;
}

export async function examine(composition: Composition, again: string): Promise<Finding> {
  const refused = judge(composition).verdict === "refused";
  const { failure, allowed } = compare(composition);
  if (failure === undefined) return { refused, loose: allowed > LOOSE };
  const small = await shrink(composition, failure);
  const text = `${small.failure.kind}: ${small.failure.message}\n\n${programOf(small.composition)}\n\n${again}`;
  return { failure: text, refused, loose: false };
}
