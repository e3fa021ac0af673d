/** Compares an operation and its gradients with a float64 transcription. */
import { expect } from "vitest";
import {
  createTape,
  meanSquaredError,
  scale,
  type Tape,
  type Tensor,
} from "../../src/autodiff/index.ts";
import { optimize, parameters, sgd } from "../../src/index.ts";

/** Named arrays of numbers, in float64. */
export type Arrays = Readonly<Record<string, readonly number[]>>;

export interface GradientCase {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Default: numbers from -1.5 to 1.5. */
  readonly values?: Arrays;
  readonly build: (parameters: Readonly<Record<string, Tensor>>, tape: Tape) => Tensor;
  /** The same operation in float64. */
  readonly reference: (parameters: Arrays) => readonly number[];
  /** Default: 64 units of 2^-24. Sums with more than 8 terms need more. */
  readonly units?: number;
}

/** Numbers from -1.5 to 1.5 that float32 represents exactly, from a seed. */
export function uniform(count: number, seed: number): number[] {
  let state = seed * 7919 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 32 - 0.5) * 3);
  });
}

/** Multiplies every loss here, so that an operation gets a gradient other than 1. */
const factor = 3;

/** Parameters with the given values, bound to an optimizer and a tape. */
export function trainable<const S extends GradientCase["shapes"]>(shapes: S, values: Arrays = {}) {
  const net = parameters(shapes);
  Object.entries(net).forEach(([name, { data }], index) => {
    data.set(values[name] ?? uniform(data.length, index));
  });
  const optimizer = optimize(net, sgd());
  return { net, optimizer, tape: createTape(optimizer) };
}

/** Central differences of a float64 function: exact to about 1e-9 for the functions here. */
function differences(loss: (values: Arrays) => number, values: Arrays, name: string): number[] {
  const step = 1e-5;
  const moved = (index: number, by: number): number =>
    loss({ ...values, [name]: values[name]!.map((v, i) => (i === index ? v + by : v)) });
  return values[name]!.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
}

/**
 * Runs the case twice, so that left-overs of a step would show, and compares.
 *
 * Bound: in float32 an element of a result or a gradient has at most 16 roundings of relative size 2^-24 (the longest sum has 8
 * terms),
 * each of a term that is at most 4 times the largest element of the array, since inputs are of order 1: 64 * 2^-24 of that
 * element.
 */
export function checkGradients(each: GradientCase): void {
  const { shapes, values = {}, build, reference, units = 64 } = each;
  const { net, optimizer, tape } = trainable(shapes, values);
  const output = build(tape.parameters, tape);
  const target = tape.input(output.shape);
  target.data.set(uniform(target.data.length, 99));
  const isLoss = output.shape.length === 0;
  const loss = scale(isLoss ? output : meanSquaredError(output, target), factor);
  tape.backward(loss);
  const value = tape.backward(loss);
  const exact = Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [name, Array.from(data)]),
  );
  const referenceLoss = (at: Arrays): number => {
    const result = reference(at);
    const errors = result.map((y, i) => (isLoss ? y : (y - target.data[i]!) ** 2));
    return (factor * errors.reduce((a, b) => a + b, 0)) / errors.length;
  };
  expectClose(output.data, reference(exact), units);
  expectClose([value], [referenceLoss(exact)]);
  for (const name of Object.keys(shapes)) {
    const found = optimizer.gradients[name] as Float32Array;
    expectClose(found, differences(referenceLoss, exact, name), units);
  }
}

/** Expects each element within `units` of 2^-24 of the largest expected one. */
export function expectClose(
  found: ArrayLike<number>,
  expected: readonly number[],
  units = 64,
): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  // Finite differences themselves are accurate to 1e-9.
  const bound = units * 2 ** -24 * largest + 1e-9;
  const worst = Math.max(...expected.map((value, i) => Math.abs(found[i]! - value)));
  expect(worst, `${Array.from(found)} against ${expected}`).toBeLessThanOrEqual(bound);
}
