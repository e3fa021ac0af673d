/** Runs optimizers on functions of two numbers. */
import type { Rule } from "gradus";
import type { Point } from "../../charts/surface.ts";
import { run } from "./run.ts";

/** The gradient of a function of two numbers; `step` counts from 1, for noisy gradients. */
export type Gradient = (x: number, y: number, step: number) => Point;

/**
 * The points of an optimizer's run, the start first, in float64.
 *
 * @param steps at most: a run ends when a value is not finite
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
