/** When a loop is worth sharing among threads, and into which parts it is cut. */
import { blockLength } from "../../compilers/backend.ts";
import type { Loop } from "../../rule/planning/program.ts";

/** Elements below which waking a thread costs more than it does. */
const leastShared = 1 << 16;
/** Elements that make a part at least. */
const leastPart = 1 << 14;
/** Parts of a long loop: some for each thread, so that one which comes late leaves them to others. */
const maxParts = 64;

// Once, since a function written where it is passed is allocated at each step.
const isOfRows = ({ node }: Loop["lines"][number]): boolean => node.lines === "rows";

/** Whether a loop can be cut: what is reduced over columns is added row after row. */
export function canBeParted({ lines }: Loop): boolean {
  return lines.every(isOfRows);
}

/** Whether a loop over so many elements is worth it. */
export function isWorthSharing(elements: number): boolean {
  return elements >= leastShared;
}

/**
 * How much makes a part.
 * @param length over how much the loop runs: elements, or rows
 * @param width of a row, or 1: then parts are whole blocks
 */
export function partLength({ byRows }: Loop, length: number, width: number): number {
  const wanted = Math.max(leastPart / width, length / maxParts);
  const multiple = byRows ? 1 : blockLength;
  return multiple * Math.ceil(wanted / multiple);
}
