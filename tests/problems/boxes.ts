/** Problems with bounds: some contain the minimum, some exclude it, and some start outside. */
import { problems } from "./index.ts";
import type { Problem } from "./problem.ts";

export interface Box {
  readonly problem: Problem;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** A start within the box, for libraries that require it: the problem's own start, or the nearest point in the box. */
  readonly start: readonly number[];
}

function boxOf(number: number, lower: readonly number[], upper: readonly number[]): Box {
  const problem = problems.find((each) => each.number === number)!;
  const start = problem.start.map((x, j) => Math.min(Math.max(x, lower[j]!), upper[j]!));
  return { problem, lower, upper, start };
}

const all = (count: number, value: number) => new Array<number>(count).fill(value);

export const boxes: readonly Box[] = [
  // The minimum is in the box.
  boxOf(1, [-2, -2], [2, 2]),
  boxOf(8, all(3, 0), all(3, 5)),
  boxOf(15, all(4, 0), all(4, 0.42)),
  boxOf(19, all(11, 0), all(11, 7)),
  // The minimum is on the edge of the box.
  boxOf(1, [-2, -2], [1, 1]),
  boxOf(14, all(4, -10), all(4, 1)),
  // The minimum is outside the box.
  boxOf(1, [-2, -2], [0.5, 2]),
  boxOf(1, [1.5, -3], [3, 3]),
  boxOf(2, [0, -3], [4, 3]),
  boxOf(5, [0, 0], [2, 1]),
  boxOf(6, [0.3, 0], [1, 1]),
  boxOf(7, [-2, 0.5, -1], [2, 2, 2]),
  boxOf(8, [0.1, 1.2, 0], [5, 5, 2]),
  boxOf(9, [0.4, 0, -1], [1, 0.9, 1]),
  boxOf(12, [0, 5, 0], [2, 9.5, 20]),
  boxOf(13, [0.1, -1, -1, 0.2], all(4, 4)),
  boxOf(14, all(4, -10), [0.5, 10, 0.8, 10]),
  boxOf(
    15,
    [0.2, 0, 0, 0],
    all(4, 0.1).map((value, j) => (j === 0 ? 1 : j === 1 ? 0.15 : value)),
  ),
  boxOf(16, [-10, 0, -100, -100], [100, 15, 0, 0.2]),
  boxOf(17, [0, 0, -2, 0.005, 0], [0.35, 2, 0, 0.012, 0.1]),
  boxOf(19, all(11, 0), [1.3, 0.4, 10, 10, 10, 10, 10, 10, 2, 10, 10]),
  boxOf(20, all(6, -1), [1, 0.9, 1, 1, 1, 1]),
  boxOf(21, all(10, -2), all(10, 0.7)),
  boxOf(26, all(10, 0.01), all(10, 1)),
  boxOf(28, all(10, -0.05), all(10, 1)),
  boxOf(30, all(10, -0.5), all(10, 1)),
  boxOf(31, all(10, -0.45), all(10, 1)),
  boxOf(32, all(10, 0), all(10, 2)),
];
