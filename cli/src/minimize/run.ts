/** Methods at work on a function, with all that a report shows of it. */
import { iterate, type Method, type MinimizationResult } from "gradus/minimize";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { rateAt } from "../compare/rates.ts";
import { type MethodSpecification, wantsRate } from "./methods.ts";
import type { Problem } from "./problem.ts";

/** Points in the order of the function's unknowns. */
type Place = readonly number[];

export interface Run {
  /** The method, with the learning rate that it has been given. */
  readonly label: string;
  readonly lr: number | undefined;
  /** How many rates were tried, if this is the best of them. */
  readonly tried: number | undefined;
  /** The start and where each iteration led: of rules each step, also one that led up. */
  readonly path: readonly Place[];
  /** Of each evaluation. */
  readonly values: readonly number[];
  readonly result: MinimizationResult<number[]>;
  /** To the nearest place of the least value, where that is known. */
  readonly distance: number | undefined;
}

export interface Limits {
  readonly evaluations: number;
  readonly bounds: { readonly lower: number[]; readonly upper: number[] } | undefined;
}

/** Half-decades from 0.01 to the rates that are tried: 0.0001 to 1. */
const tries = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/**
 * One method from the start to its end. Of a rule without a learning rate the best of nine is shown.
 * @param lr a rule's learning rate, if it was given
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

/** Of those that got as low as any, but for a hundred-millionth of the way, one that ended there by itself; the fastest. */
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
    // What a rule has found so far says nothing of the ways that it went.
    path: rule === undefined ? path : tried,
    distance: distanceTo(problem, result.x),
  };
}

/** The function, with exact derivatives where the method asks for them. */
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

/** The lowest of a run's values up to each evaluation. */
export function lowestOf({ values }: Run): number[] {
  let least = Number.POSITIVE_INFINITY;
  return values.map((value) => {
    if (value < least && Number.isFinite(value)) least = value;
    return least;
  });
}
