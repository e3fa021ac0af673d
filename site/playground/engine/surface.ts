/** Functions of x and y: known ones, and formulas of somebody's own, which are evaluated and never run as code. */
import { optimize, type Parameter, parameters, type Rule } from "gradus";
import type { Expression } from "gradus/rule";
import { createRandom } from "gradus/tasks";
import { type Differentiated, differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { constants } from "../../../formulas/functions.ts";
import { landscapes } from "../../../formulas/landscapes.ts";
import { FormulaError, namesIn, parseFormula } from "../../../formulas/parse.ts";
import { didYouMean } from "../../../src/suggest.ts";
import type { Range, SurfaceGround } from "../state.ts";
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

/** Memories that no racer uses at the moment. A memory is dear, and a new race begins with every move of the pointer. */
const idle: Parameter<Float64Array>[] = [];
const takeParameter = () => idle.pop() ?? parameters({ p: [2] }, { type: "float64" }).p;

export class Surface implements Ground {
  readonly kind = "surface";
  readonly columns = ["value", "x", "y"];
  readonly least: number | undefined;
  readonly #expression: Expression;
  readonly #start: readonly [number, number];
  readonly #noise: Float64Array;
  readonly #seed: number;

  constructor(ground: SurfaceGround, seed: number, steps: number) {
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
    const parameter = takeParameter();
    parameter.data.set(this.#start);
    try {
      return new SurfaceRacer(rule, parameter, this.#expression, this.#noise, this.#seed);
    } catch (error) {
      idle.push(parameter);
      throw error;
    }
  }
}

class SurfaceRacer implements Racer {
  readonly #optimizer;
  readonly #parameter: Parameter<Float64Array>;
  readonly #expression: Expression;
  readonly #noise: Float64Array;
  readonly #gradient = new Float64Array(2);
  readonly #shown = new Float64Array(2);
  #here: Differentiated;
  #steps = 0;

  constructor(
    rule: Rule,
    parameter: Parameter<Float64Array>,
    expression: Expression,
    noise: Float64Array,
    seed: number,
  ) {
    this.#parameter = parameter;
    this.#expression = expression;
    this.#noise = noise;
    this.#optimizer = optimize({ p: parameter }, rule, { nonFinite: "allow", threads: 1, seed });
    this.#here = this.#look();
  }

  #look(): Differentiated {
    const [x, y] = this.#parameter.data as unknown as readonly [number, number];
    return differentiate(this.#expression, { x, y }, unknowns);
  }

  step(): void {
    const { value: loss, slopes } = this.#here;
    for (const i of [0, 1])
      this.#gradient[i] = slopes[i]! + (this.#noise[2 * this.#steps + i] ?? 0);
    this.#steps++;
    this.#optimizer.step({ p: this.#gradient }, { loss });
    this.#here = this.#look();
  }

  /** Of rules that evaluate other weights than they step, those. */
  record(row: Float64Array): void {
    this.#optimizer.evaluate(() => this.#shown.set(this.#parameter.data));
    const [x, y] = this.#shown as unknown as readonly [number, number];
    row[0] = evaluate(this.#expression, { x, y });
    row[1] = x;
    row[2] = y;
  }

  dispose(): void {
    this.#optimizer.dispose();
    idle.push(this.#parameter);
  }
}
