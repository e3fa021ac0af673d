/** What an initializer is made of: a shape, and numbers that depend on seed, name and element alone. */
import { writeLog } from "../numbers/exponential.ts";
import { cos } from "../numbers/trigonometric.ts";
import { keyOf, threefry, uniform } from "../rule/graph/random.ts";
import { BindingError } from "../runtime/errors.ts";
import { type AnyParameter, checkShape, type Initializer } from "../runtime/parameters.ts";

/** The number of an element, from 0 on. */
export type Draw = (element: number, attempt?: number) => number;

/** What a parameter's numbers are drawn from. */
export interface Draws {
  /** From 0 to 1, without either. */
  readonly uniform: Draw;
  /** Of the standard normal distribution. */
  readonly normal: Draw;
}

/** Writes numbers, rounded as the parameter is kept. */
export function write(
  { data, storage }: AnyParameter,
  numberOf: (element: number) => number,
): void {
  for (let i = 0; i < data.length; i++) {
    const number = numberOf(i);
    data[i] = storage?.encoding ? storage.encoding.encode(number) : number;
  }
}

/** @throws {BindingError} naming the first that is no finite number */
export function checkNumbers(where: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) {
      throw new BindingError(`${where}: ${name} must be a finite number, not ${String(value)}`);
    }
  }
}

/** An initializer with one number for all elements. */
export function filled(where: string, shape: readonly number[], value: number): Initializer {
  checkShape(where, shape);
  return { shape, initialize: (parameter) => write(parameter, () => value) };
}

/** @throws {BindingError} where it is no whole number from 0 to 2^53 - 1 */
function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new BindingError(
      `parameters: seed must be a whole number, 0 or more, not ${String(seed)}`,
    );
  }
}

/**
 * An initializer whose numbers are drawn.
 *
 * @param where its name, for messages
 * @param fill writes all elements of a parameter
 */
export function drawn(
  where: string,
  shape: readonly number[],
  fill: (parameter: AnyParameter, draws: Draws) => void,
): Initializer {
  checkShape(where, shape);
  return {
    shape,
    initialize(parameter, name, seed) {
      checkSeed(seed);
      fill(parameter, drawsOf(seed, name));
    },
  };
}

function drawsOf(seed: number, name: string): Draws {
  const words = new Uint32Array(2);
  keyOf(words, seed, name, 0);
  const [key0, key1] = words as unknown as [number, number];
  const draw = (element: number, site: number): number => {
    threefry(words, key0, key1, element, site);
    return uniform(words[0]!, words[1]!);
  };
  return {
    uniform: (element, attempt = 0) => draw(element, attempt),
    normal: (element, attempt = 0) => {
      const size = draw(element, 2 * attempt);
      return normalOf(size, draw(element, 2 * attempt + 1));
    },
  };
}

const number = new Float64Array(1);

/** From two numbers between 0 and 1 (Box and Muller, 1958), with functions whose bits no engine decides. */
function normalOf(size: number, turn: number): number {
  number[0] = size;
  writeLog(number, 0, 0);
  return Math.sqrt(-2 * number[0]!) * cos(2 * Math.PI * turn);
}
