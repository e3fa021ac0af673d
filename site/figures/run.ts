/** Runs of an optimizer on a vector, with what it keeps. */
import { optimize, parameters, type Rule } from "gradus";

/** What there is after a step. Step 0 is the start, before which nothing is kept: its state is empty. */
export interface Step {
  readonly parameters: Float64Array;
  /** By its name in the optimizer, such as `rmsprop.v`. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/**
 * The steps that an optimizer makes, in float64.
 *
 * @param gradient what it is given; `step` counts from 1
 * @param steps how many at most: a run ends where the parameters are no longer finite
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

/** A loop, for it looks at each of a thousand vectors. */
function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
