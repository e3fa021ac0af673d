/** Follows a rule on one small parameter, step by step. */
import fc from "fast-check";
import { type NonFinitePolicy, optimize, parameters, type Rule } from "../../src/index.ts";

export interface TrajectoryOptions {
  readonly nonFinite?: NonFinitePolicy;
  /** A state to record, such as `ema.average`. */
  readonly state?: string;
  /** Default: a vector. */
  readonly shape?: readonly number[];
}

export interface Trajectory {
  /** The parameter after each step. */
  readonly weights: readonly (readonly number[])[];
  /** The state after each step. */
  readonly states: readonly (readonly number[])[];
}

/** Makes one step with each gradient, in float64. */
export function trajectory(
  rule: Rule,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  { nonFinite = "throw", state, shape = [start.length] }: TrajectoryOptions = {},
): Trajectory {
  const net = parameters({ w: shape }, { type: "float64" });
  net.w.data.set(start);
  using optimizer = optimize(net, rule, { nonFinite });
  const weights: number[][] = [];
  const states: number[][] = [];
  for (const w of gradients) {
    optimizer.step({ w });
    weights.push([...net.w.data]);
    states.push([...(state === undefined ? [] : optimizer.state().parameters["w"]![state]!)]);
  }
  return { weights, states };
}

/** Numbers whose products neither overflow nor underflow. */
export const moderate = fc.integer({ min: -1e6, max: 1e6 }).map((each) => each / 1e4);

export const vector = (length: number): fc.Arbitrary<number[]> =>
  fc.array(moderate, { minLength: length, maxLength: length });

/** The gradients of some steps. */
export const vectors = (length: number, steps: number): fc.Arbitrary<number[][]> =>
  fc.array(vector(length), { minLength: 1, maxLength: steps });
