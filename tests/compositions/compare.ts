/** Compares Gradus' results for a composition with the simulator's. */

import { randomNumbers } from "../support/numbers.ts";
import { modelOf, type Noise } from "./chain.ts";
import { type Composition, type ElementType, resolve } from "./composition.ts";
import { type Outcome, perform, type Variant } from "./library.ts";
import { judge } from "./refusals.ts";
import { type Snapshot, simulate } from "./simulation.ts";

/** A failure. A smaller composition shows the same one if its kind is the same. */
export interface Failure {
  readonly kind: "accepted" | "refused" | "threw" | "differs" | "changed" | "count";
  readonly message: string;
}

/** One rounding. */
const units: Readonly<Record<ElementType, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/** Rounds each gradient, and the results of each part, once more, up or down. */
function noiseOf(seed: number): Noise {
  const { next } = randomNumbers(seed);
  // Two units rather than one, because with one unit equal numbers would often stay the same.
  return (value, type) => value * (1 + (4 * next() - 2) * units[type]);
}

/**
 * Measures how sensitive a composition is to rounding, with runs that are rounded once more. Six seeds, because two could go the
 * same way
 * where a sign decides.
 */
const NOISES = [11, 12, 13, 14, 15, 16];

/**
 * The tolerance of an element. In float32 a step rounds the parameter once and its update several times, each by half a unit of
 * the
 * largest number involved, so 8 roundings are allowed for each step, and 4 for the start. The formulas may amplify rounding,
 * which is
 * measured with runs that are rounded once more: ten times their difference is allowed, since they round only two of about twenty
 * operations. In float64 all of this is far below 1e-10, which is allowed instead: relevant faults are larger, and the rounding
 * of 30
 * steps is smaller.
 */
const allowance = (type: ElementType, steps: number): number =>
  type === "float32" ? (4 + 8 * steps) * units.float32 : 1e-10;

const SPREAD = 10;

/** Beyond this fraction of the largest number a comparison says little. Such compositions are counted. */
export const LOOSE = 1e-3;

/** If tensors depend on each other, the coarser type decides for all. */
function coarsest(composition: Composition): (name: string) => ElementType {
  const names = composition.parameters.map(({ name }) => name);
  const { instances, frozen } = resolve(composition.rule, names);
  const trained = composition.parameters.filter(({ name }) => !frozen.has(name));
  const narrow = trained.some(({ type }) => type === "float32");
  const joined =
    instances.some(({ spec }) => modelOf(spec.part).global) ||
    composition.wrapper !== undefined ||
    composition.actions.some(
      (action) => "step" in action && Object.values(action.step).some((each) => "of" in each),
    );
  return (name) =>
    narrow && joined ? "float32" : composition.parameters.find((each) => each.name === name)!.type;
}

export interface Comparison {
  readonly failure?: Failure;
  /** The largest tolerance, as a fraction of a tensor's largest number. */
  readonly allowed: number;
  /** The largest difference, as a fraction of the tolerance. */
  readonly used: number;
}

const largestOf = (values: ArrayLike<number>): number =>
  Array.from(values, Math.abs).reduce((most, size) => Math.max(most, size), 0);

interface Pair {
  readonly where: string;
  readonly found: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  /** The same for runs that are rounded once more: computed only if needed. */
  readonly noisy: () => readonly ArrayLike<number>[];
  readonly scale: number;
  readonly share: number;
  readonly spread: number;
}

/** The first element that is too far off. */
function comparePair({ where, found, expected, noisy, scale, share, spread }: Pair): Comparison {
  let [allowed, used] = [0, 0];
  if (found.length !== expected.length) {
    const message = `${where} has ${found.length} elements, right is ${expected.length}`;
    return { allowed, used, failure: { kind: "differs", message } };
  }
  for (let i = 0; i < expected.length; i++) {
    const [is, right] = [found[i]!, expected[i]!];
    if (Object.is(is, right) || is === right) continue;
    let bound = share * scale;
    if (!(Math.abs(is - right) <= bound)) {
      bound += spread * Math.max(...noisy().map((each) => Math.abs(each[i]! - right)));
    }
    if (!(Math.abs(is - right) <= bound)) {
      const message = `${where}[${i}] is ${is}, right is ${right} (allowed: ${bound.toExponential(1)})`;
      return { allowed, used, failure: { kind: "differs", message } };
    }
    allowed = Math.max(allowed, bound / scale);
    used = Math.max(used, Math.abs(is - right) / bound);
  }
  return { allowed, used };
}

function compareCounts(found: Snapshot, expected: Snapshot, where: string): Failure | undefined {
  for (const count of ["threw", "steps", "skipped"] as const) {
    if (found[count] !== expected[count]) {
      const message = `${where}: ${count} is ${found[count]}, right is ${expected[count]}`;
      return { kind: "count", message };
    }
  }
  return undefined;
}

/**
 * Compares snapshots with the expected ones.
 * @param found after all actions, or after the last ones
 * @param coarseness multiplies the tolerance, for devices that round more coarsely
 */
export function compareSnapshots(
  composition: Composition,
  found: readonly Snapshot[],
  coarseness = 1,
): Comparison {
  const expected = simulate(composition);
  let runs: Snapshot[][] | undefined;
  const noisy = () => (runs ??= NOISES.map((seed) => simulate(composition, noiseOf(seed))));
  const typeOf = coarsest(composition);
  const scales = new Map(composition.parameters.map(({ name, start }) => [name, largestOf(start)]));
  let [allowed, used] = [0, 0];
  for (const [index, right] of expected.entries()) {
    const now = found[index - (expected.length - found.length)];
    if (now === undefined) continue;
    const failure = compareCounts(now, right, `after action ${index + 1}`);
    if (failure !== undefined) return { allowed, used, failure };
    for (const kind of ["parameters", "evaluation"] as const) {
      for (const [name, values] of now[kind]) {
        const wanted = right[kind].get(name)!;
        const scale = Math.max(scales.get(name)!, largestOf(wanted));
        scales.set(name, scale);
        const compared = comparePair({
          where: `after action ${index + 1}, ${kind === "parameters" ? "" : "evaluated "}${name}`,
          ...{ found: values, expected: wanted, scale },
          noisy: () => noisy().map((each) => each[index]![kind].get(name)!),
          share: coarseness * allowance(typeOf(name), right.steps),
          spread: coarseness * SPREAD,
        });
        allowed = Math.max(allowed, compared.allowed);
        used = Math.max(used, compared.used);
        if (compared.failure) return { allowed, used, failure: compared.failure };
      }
    }
    const normFailure = compareNorms(now, right, `after action ${index + 1}`);
    if (normFailure) return { allowed, used, failure: normFailure };
  }
  return { allowed, used };
}

/**
 * Compares the norms of the input gradients, which are rounded once to float32, as are the parameters from which they are made.
 */
function compareNorms(found: Snapshot, right: Snapshot, where: string): Failure | undefined {
  const [is, wanted] = [found.gradientNorm, right.gradientNorm];
  if (is === "open" || wanted === "open") return undefined;
  const largest = Math.max(...[...right.parameters.values()].map(largestOf));
  const near =
    is === wanted ||
    (is !== undefined &&
      wanted !== undefined &&
      Math.abs(is - wanted) <= 1e-5 * wanted + 1e-6 * largest);
  if (near) return undefined;
  return { kind: "count", message: `${where}: gradientNorm is ${is}, right is ${wanted}` };
}

/** Checks whether Gradus handles a composition correctly. */
export function compare(composition: Composition, variant: Variant = {}): Comparison {
  const nothing = { allowed: 0, used: 0 };
  const verdict = judge(composition);
  let outcome: Outcome;
  try {
    outcome = perform(composition, variant);
  } catch (error) {
    const { name, message } = error as Error;
    return { ...nothing, failure: { kind: "threw", message: `${name}: ${message}` } };
  }
  if (verdict.verdict === "refused") {
    if (outcome.refused) return nothing;
    return {
      ...nothing,
      failure: { kind: "accepted", message: `it must be refused: ${verdict.why}` },
    };
  }
  if (outcome.refused) {
    const { name, message } = outcome.refused;
    return { ...nothing, failure: { kind: "refused", message: `${name}: ${message}` } };
  }
  if (outcome.complaints.length > 0) {
    return { ...nothing, failure: { kind: "changed", message: outcome.complaints[0]! } };
  }
  return compareSnapshots(composition, outcome.snapshots);
}
