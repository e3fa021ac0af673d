/** Runs an optimizer on a vector, and records its state. */
import { optimize, parameters, type Rule } from "gradus";

/** The values after a step. Step 0 is the start, with an empty state. */
export interface Step {
  readonly parameters: Float64Array;
  /** By its name in the optimizer, such as `rmsprop.v`. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/**
 * The steps of an optimizer, in float64.
 *
 * @param gradient the gradient at a point; `step` counts from 1
 * @param steps at most: a run ends if the parameters are not finite
 */
export function run(
  rule: Rule,
  gradient: (parameters: Float64Array, step: number) => ArrayLike<number>,
  start: readonly number[],
  steps: number,
): readonly Step[] {
  const net = parameters({ p: [start.length] }, { type: "float64" });
  const { data } = net.p;
  data.set(start);
  const optimizer = optimize(net, rule, { nonFinite: "allow", threads: 1 });
  const kept = Object.entries(optimizer.stateViews().parameters["p"] ?? {});
  const taken: Step[] = [{ parameters: data.slice(), state: {} }];
  for (let step = 1; step <= steps; step++) {
    optimizer.gradients.p.set(gradient(data, step));
    optimizer.step();
    if (!allFinite(data)) break;
    const state = Object.fromEntries(
      kept.map(([name, values]) => [name, (values as Float64Array).slice()]),
    );
    taken.push({ parameters: data.slice(), state });
  }
  optimizer.dispose();
  return taken;
}

/** A loop, because it checks each of a thousand vectors. */
function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
