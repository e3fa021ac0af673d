/** Runs methods on a function, and records what the report shows. */
import { iterate, type Method, type MinimizationResult } from "gradus/minimize";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { rateAt } from "../compare/rates.ts";
import { type MethodSpecification, wantsRate } from "./methods.ts";
import type { Problem } from "./problem.ts";

/** A point, in the order of the unknowns. */
type Place = readonly number[];

export interface Run {
  /** The method, with its learning rate. */
  readonly label: string;
  readonly lr: number | undefined;
  /** How many learning rates were tried, if this run is the best of them. */
  readonly tried: number | undefined;
  /** The start and the point after each iteration. For optimizers, every step, also one that led upwards. */
  readonly path: readonly Place[];
  /** The value at each evaluation. */
  readonly values: readonly number[];
  readonly result: MinimizationResult<number[]>;
  /** The distance to the nearest minimum, if one is known. */
  readonly distance: number | undefined;
}

export interface Limits {
  readonly evaluations: number;
  readonly bounds: { readonly lower: number[]; readonly upper: number[] } | undefined;
}

/** The learning rates to try, as half-decades from 0.01: 0.0001 to 1. */
const tries = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/**
 * Runs one method until it stops. For an optimizer without a given learning rate, returns the best of nine runs.
 * @param lr the learning rate of an optimizer, if given
 */
export function runMethod(
  problem: Problem,
  specification: MethodSpecification,
  limits: Limits,
  lr?: number,
): Run {
  if (lr !== undefined || !wantsRate(specification)) {
    return runOnce(problem, specification, limits, lr);
  }
  const runs = tries.map((step) => runOnce(problem, specification, limits, rateAt(0.01, step)));
  return { ...best(runs), tried: runs.length };
}

/**
 * The fastest of the runs that came as low as the lowest (up to 1e-8 of the whole decrease). Those that converged are preferred.
 */
function best(runs: readonly Run[]): Run {
  const lowest = runs.reduce((least, { result }) => Math.min(least, result.value), Infinity);
  const [first] = runs[0]!.values;
  const enough = lowest + 1e-8 * Math.abs(first! - lowest);
  const low = runs.filter(({ result }) => result.value <= enough);
  const ended = low.filter(({ result }) => result.converged);
  const at = ({ values }: Run) => values.findIndex((value) => value <= enough);
  const [fastest, ...others] = ended.length > 0 ? ended : low;
  return others.reduce((least, run) => (at(run) < at(least) ? run : least), fastest ?? runs[0]!);
}

function runOnce(
  problem: Problem,
  { label, rule, make }: MethodSpecification,
  { evaluations, bounds }: Limits,
  lr: number | undefined,
): Run {
  const method = make(lr);
  const [values, tried, path]: [number[], Place[], Place[]] = [[], [], []];
  const f = functionOf(problem, method, (x, value) => {
    values.push(value);
    if (rule !== undefined) tried.push([...x]);
  });
  const run = iterate(f, [...problem.start], {
    ...{ method, maxEvaluations: evaluations, maxIterations: evaluations },
    ...(bounds && { bounds }),
  });
  let next = run.next();
  while (!next.done) {
    path.push(next.value.x);
    next = run.next();
  }
  const result = next.value;
  return {
    label: lr === undefined ? label : `${label} at ${lr}`,
    ...{ lr, tried: undefined, values, result },
    // The best point so far would not show the steps of an optimizer.
    path: rule === undefined ? path : tried,
    distance: distanceTo(problem, result.x),
  };
}

/** The function, with exact derivatives if the method uses them. */
function functionOf(
  { expression, unknowns }: Problem,
  { usesGradient }: Method,
  record: (x: Place, value: number) => void,
): (x: number[]) => number | { value: number; gradient: readonly number[] } {
  return (x) => {
    const scope = Object.fromEntries(unknowns.map((name, i) => [name, x[i]!]));
    if (!usesGradient) {
      const value = evaluate(expression, scope);
      record(x, value);
      return value;
    }
    const { value, slopes } = differentiate(expression, scope, unknowns);
    record(x, value);
    return { value, gradient: slopes };
  };
}

function distanceTo({ minima }: Problem, x: Place): number | undefined {
  if (minima.length === 0) return undefined;
  return Math.min(...minima.map((at) => Math.hypot(...at.map((value, i) => value - x[i]!))));
}

/** The lowest value of a run up to each evaluation. */
export function lowestOf({ values }: Run): number[] {
  let least = Number.POSITIVE_INFINITY;
  return values.map((value) => {
    if (value < least && Number.isFinite(value)) least = value;
    return least;
  });
}
