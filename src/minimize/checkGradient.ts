/** Compares a gradient with differences of values, element by element. */

import { checkCount, checkNames, checkPositive } from "./checks.ts";
import { sizeBy } from "./differences.ts";
import { MinimizeError } from "./errors.ts";
import { createPoint, type Point } from "./method.ts";
import { type AnyFunction, CountedObjective, type ObjectiveFunction } from "./objective.ts";
import { Scaling } from "./scaling.ts";
import { Variables } from "./variables.ts";

/** Options of {@link checkGradient}. */
export interface CheckGradientOptions {
  /** The largest relative error of an element that counts as right. Default 1e-6. */
  readonly tolerance?: number;
  /** The most elements to check, evenly spread. Each takes 4 to 32 evaluations. Default 1000. */
  readonly maxElements?: number;
}

/** An element of a gradient that is wrong. */
export interface ElementCheck {
  /** The name of the element, such as `w[3]`. */
  readonly name: string;
  /** The index among all unknowns. */
  readonly index: number;
  /** The derivative that the function returned. */
  readonly analytical: number;
  /** The derivative by differences of values. */
  readonly numerical: number;
  /** The difference of both, relative to the larger one. */
  readonly error: number;
  /** The cause: the gradient is wrong, or the function has a kink or a jump there, or a number is not finite. */
  readonly finding: "wrong" | "notSmooth" | "notFinite";
}

/** What {@link checkGradient} found. */
export interface GradientCheck {
  /** Whether no element is wrong. */
  readonly ok: boolean;
  /** The elements that are wrong, the worst first. */
  readonly mismatches: readonly ElementCheck[];
  /** How many elements were checked. */
  readonly checked: number;
  /** How many of them could not be checked, because the rounding of the values hides them. */
  readonly uncertain: number;
  /** The same in a sentence. */
  readonly message: string;
}

/** The first step, relative to the unknown. The error of an extrapolated central difference is of the fourth power of the step. */
const relativeStep = Number.EPSILON ** (1 / 5);

/**
 * Says which elements of a function's gradient are wrong at `x`, and by how much. It compares each with central differences,
 * extrapolated to a step of zero, and estimates their error.
 *
 * Options: `tolerance` the largest relative error that counts as right (1e-6), `maxElements` the most elements to check (1000).
 *
 * @param f returns `{ value, gradient }`, or fills in its second parameter
 * @param x the point. Use arbitrary numbers: zeros and ones hide many mistakes
 * @throws {MinimizeError} if the function gives no gradient, or its value or an unknown is not finite
 * @example
 * import { checkGradient } from "gradus/minimize";
 * const f = ({ a, b }) => ({ value: a * a * b, gradient: { a: 2 * a * b, b: a } });
 * checkGradient(f, { a: 3, b: 0.7 }).message; // "1 of 2 elements is off: `b` is 3, and should be 9"
 */
export function checkGradient<X>(
  f: ObjectiveFunction<X>,
  x: X,
  options: CheckGradientOptions = {},
): GradientCheck {
  checkNames("checkGradient", options, ["tolerance", "maxElements"]);
  const { tolerance = 1e-6, maxElements = 1000 } = options;
  checkPositive("checkGradient", "tolerance", tolerance);
  checkCount("checkGradient", "maxElements", maxElements);
  const variables = new Variables(x);
  const at = createPoint(variables.length);
  variables.read("x", x, at.x);
  const objective = new CountedObjective(
    f as AnyFunction,
    variables,
    new Scaling(undefined, {}),
    { maxEvaluations: Infinity },
    undefined,
  );
  const hasGradient = objective.evaluateValue(at);
  if (!hasGradient && variables.length > 0) {
    throw new MinimizeError(
      "checkGradient: the function returns only a value, so there is no gradient to check",
    );
  }
  if (!Number.isFinite(at.value) || !at.x.every(Number.isFinite)) {
    throw new MinimizeError(
      "checkGradient: the value or an unknown is not finite here; choose another x",
    );
  }
  const elements = new Elements(objective, at, tolerance);
  const chosen = spread(variables.length, maxElements);
  const found = chosen.map((index) => elements.check(index, variables.nameOf(index)));
  return summary(found, chosen.length);
}

type Found = ElementCheck | "right" | "uncertain";

/** Difference quotients of one element, for one step. */
interface Quotients {
  readonly central: number;
  readonly gap: number;
}

/** A derivative, an estimate of its error, and whether both sides of the point agree. */
interface Measured {
  readonly numerical: number;
  readonly error: number;
  readonly isSmooth: boolean;
}

class Elements {
  readonly #objective: CountedObjective;
  readonly #at: Point;
  readonly #tolerance: number;
  readonly #trial: Point;

  constructor(objective: CountedObjective, at: Point, tolerance: number) {
    this.#objective = objective;
    this.#at = at;
    this.#tolerance = tolerance;
    this.#trial = createPoint(at.x.length);
    this.#trial.x.set(at.x);
  }

  check(index: number, name: string): Found {
    const analytical = this.#at.gradient[index]!;
    const best = this.#best(index);
    const { numerical, error, isSmooth } = best;
    const difference = Math.abs(analytical - numerical);
    const larger = Math.max(Math.abs(analytical), Math.abs(numerical));
    if (difference <= this.#tolerance * larger + error) {
      return error > 0.1 * larger && larger > 0 ? "uncertain" : "right";
    }
    const finding = !Number.isFinite(analytical - numerical)
      ? "notFinite"
      : isSmooth
        ? "wrong"
        : "notSmooth";
    return { name, index, analytical, numerical, error: difference / larger, finding };
  }

  /** The difference with the smallest error: it tries steps of the size of the unknown, then of an unknown of size 1. */
  #best(index: number): Measured {
    const size = sizeBy(this.#at.x[index]!);
    let best: Measured | undefined;
    for (const scale of size === 1 ? [1] : [size, 1]) {
      for (let step = relativeStep * scale, tries = 0; tries < 4; step /= 16, tries++) {
        const measured = this.#measure(index, step);
        best = best !== undefined && !(measured.error < best.error) ? best : measured;
        if (best.error <= this.#tolerance * Math.abs(best.numerical)) {
          return best;
        }
      }
    }
    return best!;
  }

  /** An extrapolated difference, an estimate of its error, and whether both sides agree. */
  #measure(index: number, step: number): Measured {
    const far = this.#quotients(index, step);
    const near = this.#quotients(index, step / 2);
    const noise = (16 * Number.EPSILON * Math.abs(this.#at.value)) / step;
    const numerical = (4 * near.central - far.central) / 3;
    return {
      numerical,
      error: Math.abs(near.central - far.central) + noise,
      isSmooth: !(near.gap > 0.75 * far.gap && near.gap > 1e-3 * Math.abs(numerical) + noise),
    };
  }

  #quotients(index: number, step: number): Quotients {
    const above = this.#valueAt(index, step);
    const below = this.#valueAt(index, -step);
    const { value } = this.#at;
    return {
      central: (above - below) / (2 * step),
      gap: Math.abs(above - 2 * value + below) / step,
    };
  }

  #valueAt(index: number, by: number): number {
    const trial = this.#trial;
    trial.x[index]! += by;
    this.#objective.evaluateValue(trial);
    trial.x[index] = this.#at.x[index]!;
    return trial.value;
  }
}

/** Up to `most` of the numbers below `count`, evenly spread. */
const spread = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) =>
    Math.floor((i * count) / Math.min(count, most)),
  );

function summary(found: readonly Found[], checked: number): GradientCheck {
  const mismatches = found
    .filter((each) => typeof each !== "string")
    .sort((a, b) => b.error - a.error);
  const uncertain = found.filter((each) => each === "uncertain").length;
  const worst = mismatches[0];
  const message =
    worst === undefined
      ? `all ${checked} elements are right${uncertain > 0 ? `, but ${uncertain} are too small to check` : ""}`
      : `${mismatches.length} of ${checked} elements ${mismatches.length === 1 ? "is" : "are"} off: ${sentenceOf(worst)}`;
  return { ok: mismatches.length === 0, mismatches, checked, uncertain, message };
}

const short = (value: number): string => `${Number(value.toPrecision(7))}`;

function sentenceOf({ name, analytical, numerical, finding }: ElementCheck): string {
  const compared = `\`${name}\` is ${short(analytical)}, and should be ${short(numerical)}`;
  return finding === "notSmooth"
    ? `${compared}; but the function has a kink or a jump there`
    : finding === "notFinite"
      ? `\`${name}\` is ${analytical}, and differences give ${numerical}`
      : compared;
}
