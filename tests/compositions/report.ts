/** What there is to say of one composition: nothing, or a program that shows what is wrong. */
import { compare, LOOSE } from "./compare.ts";
import type { Composition } from "./composition.ts";
import { programOf } from "./program.ts";
import { judge } from "./refusals.ts";
import { shrink } from "./shrink.ts";

export interface Finding {
  /** Of a failure: its message, the smallest program found, and how to see it again. */
  readonly failure?: string;
  /** Whether it was refused, as it should be. */
  readonly refused: boolean;
  /** Whether rounding grows so much in it that a comparison says little. */
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
