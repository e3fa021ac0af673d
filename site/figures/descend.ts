/** Runs of optimizers on functions of two numbers. */
import type { Rule } from "gradus";
import type { Point } from "../../charts/surface.ts";
import { run } from "./run.ts";

/** The gradient of a function of two numbers; `step` counts from 1, for gradients that are noisy. */
export type Gradient = (x: number, y: number, step: number) => Point;

/**
 * The points that an optimizer goes through, the start first, in float64.
 *
 * @param steps how many at most: a way ends where it is no longer finite
 */
export const descend = (
  rule: Rule,
  gradient: Gradient,
  start: Point,
  steps: number,
): readonly Point[] =>
  run(rule, ([x, y], step) => gradient(x!, y!, step), start, steps).map(
    ({ parameters: [x, y] }) => [x!, y!],
  );
