/** Runs of optimizers on functions of two numbers. */
import { optimize, parameters, type Rule } from "gradus";
import type { Point } from "../../charts/surface.ts";

/** The gradient of a function of two numbers; `step` counts from 1, for gradients that are noisy. */
export type Gradient = (x: number, y: number, step: number) => Point;

/**
 * The points that an optimizer goes through, the start first, in float64.
 *
 * @param steps how many at most: a way ends where it is no longer finite
 */
export function descend(
  rule: Rule,
  gradient: Gradient,
  start: Point,
  steps: number,
): readonly Point[] {
  const net = parameters({ p: [2] }, { type: "float64" });
  net.p.data.set(start);
  const optimizer = optimize(net, rule, { nonFinite: "allow", threads: 1 });
  const points: Point[] = [start];
  for (let step = 1; step <= steps; step++) {
    const [x, y] = points.at(-1)!;
    optimizer.step({ p: [...gradient(x, y, step)] });
    const next: Point = [net.p.data[0]!, net.p.data[1]!];
    if (!next.every(Number.isFinite)) break;
    points.push(next);
  }
  optimizer.dispose();
  return points;
}
