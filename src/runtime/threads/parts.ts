/** Decides when threads share a loop, and into which parts it is divided. */
import { blockLength } from "../../compilers/backend.ts";
import type { Loop } from "../../rule/planning/program.ts";

/** With fewer elements, waking a thread takes longer than the work. */
const leastShared = 1 << 16;
/** The least elements in a part. */
const leastPart = 1 << 14;
/** The most parts of a loop: several per thread, so that the others take over from a thread that is late. */
const maxParts = 64;

// Defined once, because a function expression inside would be allocated at each step.
const isOfRows = ({ node }: Loop["lines"][number]): boolean => node.lines === "rows";

/** Whether a loop can be divided. Reductions over columns cannot: they add row after row. */
export function canBeParted({ lines }: Loop): boolean {
  return lines.every(isOfRows);
}

/** Whether sharing a loop over this number of elements is faster. */
export function isWorthSharing(elements: number): boolean {
  return elements >= leastShared;
}

/**
 * The length of a part.
 * @param length the length of the loop: elements, or rows
 * @param width the width of a row, or 1: then parts are whole blocks
 */
export function partLength({ byRows }: Loop, length: number, width: number): number {
  const wanted = Math.max(leastPart / width, length / maxParts);
  const multiple = byRows ? 1 : blockLength;
  return multiple * Math.ceil(wanted / multiple);
}
