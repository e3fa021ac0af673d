/** Functions of x and y: known ones, and formulas of somebody's own, which are evaluated and never run as code. */
import { type Parameter, parameters, type Rule } from "gradus";
import type { Expression } from "gradus/rule";
import { createRandom } from "gradus/tasks";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { constants } from "../../../formulas/functions.ts";
import { landscapes } from "../../../formulas/landscapes.ts";
import { FormulaError, namesIn, parseFormula } from "../../../formulas/parse.ts";
import { didYouMean } from "../../../src/suggest.ts";
import type { Range, SurfaceGround } from "../state.ts";
import type { Numbers, Stepping, Steps } from "../stepping/stepping.ts";
import type { Ground, Racer } from "./ground.ts";

const unknowns = ["x", "y"] as const;

/** What is known of a surface without racing on it. */
export interface SurfaceFacts {
  readonly formula: string;
  readonly view: { readonly x: Range; readonly y: Range };
  readonly minima: readonly (readonly [number, number])[];
  readonly least: number | undefined;
}

export function surfaceFacts({ surface, formula, view }: SurfaceGround): SurfaceFacts {
  const known = landscapes[surface];
  if (known !== undefined) return known;
  return { formula: formula!, view: view!, minima: [], least: undefined };
}

/** @throws {FormulaError} where it is no formula of x and y */
export function surfaceExpression(formula: string): Expression {
  const typed = { what: "formula", text: formula };
  const expression = parseFormula(typed);
  const known: readonly string[] = [...unknowns, ...Object.keys(constants)];
  const foreign = namesIn(expression).find(({ name }) => !known.includes(name));
  if (foreign !== undefined) {
    const meant = didYouMean(foreign.name, known) || "; a surface is a formula of `x` and `y`";
    throw new FormulaError(typed, `unknown name \`${foreign.name}\`${meant}`, foreign.span);
  }
  return expression;
}

/** Its value at a place. */
export const surfaceValue =
  (expression: Expression) =>
  (x: number, y: number): number =>
    evaluate(expression, { x, y });

type Place = Parameter<Numbers>;

/** Memories that no racer uses at the moment. A memory is dear, and a new race begins with every move of the pointer. */
const idle: Readonly<Record<Stepping["type"], Place[]>> = { float32: [], float64: [] };
const takePlace = (type: Stepping["type"]): Place =>
  idle[type].pop() ?? parameters({ p: [2] }, { type }).p;

export class Surface implements Ground {
  readonly kind = "surface";
  readonly columns = ["value", "x", "y"];
  readonly shapes = { p: [2] };
  readonly least: number | undefined;
  readonly #expression: Expression;
  readonly #start: readonly [number, number];
  readonly #noise: Float64Array;
  readonly #seed: number;
  readonly #stepping: Stepping;

  constructor(ground: SurfaceGround, seed: number, steps: number, stepping: Stepping) {
    this.#stepping = stepping;
    const { formula, least } = surfaceFacts(ground);
    this.least = least;
    this.#expression = surfaceExpression(formula);
    this.#start = ground.start;
    this.#seed = seed;
    const random = createRandom(seed);
    this.#noise = ground.noise === 0 ? new Float64Array(0) : new Float64Array(2 * steps);
    for (let i = 0; i < this.#noise.length; i++) this.#noise[i] = ground.noise * random.normal();
  }

  enter(rule: Rule): Racer {
    const { type } = this.#stepping;
    const place = takePlace(type);
    const leave = () => void idle[type].push(place);
    place.data.set(this.#start);
    try {
      const steps = this.#stepping.bind({ p: place }, rule, this.#seed);
      return new SurfaceRacer(steps, this.#expression, this.#noise, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }
}

class SurfaceRacer implements Racer {
  readonly #steps: Steps<Numbers>;
  readonly #expression: Expression;
  readonly #noise: Float64Array;
  readonly #leave: () => void;
  readonly #shown = new Float64Array(2);
  #made = 0;

  constructor(
    steps: Steps<Numbers>,
    expression: Expression,
    noise: Float64Array,
    leave: () => void,
  ) {
    this.#steps = steps;
    this.#expression = expression;
    this.#noise = noise;
    this.#leave = leave;
  }

  get entered(): Promise<void> | undefined {
    return this.#steps.entered;
  }

  get #place(): Numbers {
    return this.#steps.trainable.parameters["p"]!.data;
  }

  step(): void | Promise<void> {
    const [x, y] = this.#place as unknown as readonly [number, number];
    const { value: loss, slopes } = differentiate(this.#expression, { x, y }, unknowns);
    const gradient = this.#steps.trainable.gradients["p"]!;
    for (const i of [0, 1]) gradient[i] = slopes[i]! + (this.#noise[2 * this.#made + i] ?? 0);
    this.#made++;
    return this.#steps.step(loss);
  }

  /** Of rules that evaluate other weights than they step, those. */
  record(row: Float64Array): void {
    this.#steps.evaluate(() => this.#shown.set(this.#place));
    const [x, y] = this.#shown as unknown as readonly [number, number];
    row[0] = evaluate(this.#expression, { x, y });
    row[1] = x;
    row[2] = y;
  }

  dispose(): void {
    this.#steps.dispose();
    this.#leave();
  }
}
