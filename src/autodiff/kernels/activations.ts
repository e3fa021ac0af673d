/** Activation functions and their derivatives. */
import type { FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import type { SideBySide } from "../../compilers/wasm/width.ts";
import { elementwise } from "./elementwise.ts";
import { Exponential } from "./exponential.ts";
import type { Vector, VectorMath } from "./vectorMath.ts";

/** max(x, 0); NaN stays NaN. */
export const rectify = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "rectify", inputs: 1 },
      prepare: (math) => {
        const zero = math.constant(0);
        return ([x]) => math.max(x!, zero);
      },
    },
    width,
  );

/** The gradient, but 0 where y <= 0: NaN is no reason to hide it. */
export const rectifyGradient = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "rectifyGradient", inputs: 2 },
      prepare: (math) => {
        const zero = math.constant(0);
        return ([y, gradient]) => math.andNot(gradient!, math.isAtMost(y!, zero));
      },
    },
    width,
  );

/** 1 / (1 + e^-x) */
export const sigmoid = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "sigmoid", inputs: 1 },
      prepare: (math) => {
        const exponential = new Exponential(math);
        const one = math.constant(1);
        return ([x]) => math.divide(one, math.add(one, exponential.of(math.negate(x!))));
      },
    },
    width,
  );

/** gradient * y * (1 - y) */
export const sigmoidGradient = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "sigmoidGradient", inputs: 2 },
      prepare: (math) => {
        const one = math.constant(1);
        return ([y, gradient]) =>
          math.multiply(math.multiply(gradient!, y!), math.subtract(one, y!));
      },
    },
    width,
  );

/** tanh(x) = (e^2|x| - 1) / (e^2|x| + 1), with the sign of x. */
function hyperbolicTangent(math: VectorMath): (x: Vector) => Vector {
  const exponential = new Exponential(math);
  const two = math.constant(2);
  // From here on, tanh rounds to 1.
  const limit = math.constant(20);
  const sign = math.constant(-0);
  return (x) => {
    const value = math.keep(x);
    const twice = math.multiply(math.abs(value), two);
    const minusOne = math.keep(exponential.minusOne(math.min(twice, limit)));
    return math.select(value, math.divide(minusOne, math.add(minusOne, two)), sign);
  };
}

export const tanh = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "tanh", inputs: 1 },
      prepare: (math) => {
        const of = hyperbolicTangent(math);
        return ([x]) => of(x!);
      },
    },
    width,
  );

/** gradient * (1 - y^2) */
export const tanhGradient = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "tanhGradient", inputs: 2 },
      prepare: (math) => {
        const one = math.constant(1);
        return ([y, gradient]) =>
          math.multiply(gradient!, math.subtract(one, math.multiply(y!, y!)));
      },
    },
    width,
  );

/**
 * The Mills ratio of the standard normal distribution, P(X > x) / p(x) for x >= 0, is with
 * t = 4.4 / (4.4 + x) 2 t times a polynomial in 2 t - 1: the interpolation of ratio / (2 t) at the 11
 * Chebyshev nodes of 0 < t < 1, right to 1.1e-8 of its value however large x is, where 1 + erf(x) has
 * no digit left.
 */
const millsScale = 4.4;
const millsRatio = [
  0.21700110806030098, 0.18071598402108163, 0.12404681215191705, 0.06844017901418768,
  0.028721933704976076, 0.007910307152569145, 0.0005557405622988689, -0.000580938490873716,
  -0.00019995025992796355, 2.4821267239744106e-5, 2.107441328677875e-5,
];

/** The standard normal density p(x) and probability P(X <= x). */
function normal(math: VectorMath): (x: Vector) => { density: Vector; probability: Vector } {
  const { abs, add, divide, isLess, multiply, select, subtract } = math;
  const exponential = new Exponential(math);
  const [minusHalf, zero, one] = [math.constant(-0.5), math.constant(0), math.constant(1)];
  const atZero = math.constant(1 / Math.sqrt(2 * Math.PI));
  const scale = math.constant(millsScale);
  const coefficients = millsRatio.map((value) => math.constant(value));
  return (x) => {
    const square = multiply(multiply(x, x), minusHalf);
    const density = math.keep(multiply(exponential.of(square), atZero));
    const t = math.keep(divide(scale, add(scale, abs(x))));
    const doubled = math.keep(add(t, t));
    const s = math.keep(subtract(doubled, one));
    const ratio = multiply(doubled, math.polynomial(s, coefficients));
    const tail = math.keep(multiply(density, ratio));
    const probability = select(subtract(one, tail), tail, isLess(zero, x));
    return { density, probability: math.keep(probability) };
  };
}

/** x P(X <= x) */
export const gelu = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "gelu", inputs: 1 },
      prepare: (math) => {
        const of = normal(math);
        return ([x]) => math.multiply(x!, of(x!).probability);
      },
    },
    width,
  );

/** gradient * (P(X <= x) + x p(x)) */
export const geluGradient = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "geluGradient", inputs: 2 },
      prepare: (math) => {
        const of = normal(math);
        return ([x, gradient]) => {
          const { density, probability } = of(x!);
          return math.multiply(gradient!, math.add(probability, math.multiply(x!, density)));
        };
      },
    },
    width,
  );

const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3) */
export const geluTanh = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "geluTanh", inputs: 1 },
      prepare: (math) => {
        const { add, multiply } = math;
        const of = hyperbolicTangent(math);
        const [half, one] = [math.constant(0.5), math.constant(1)];
        const [linear, cube] = [math.constant(rootTwoOverPi), math.constant(rootTwoOverPi * cubic)];
        return ([x]) => {
          const u = multiply(x!, add(linear, multiply(cube, multiply(x!, x!))));
          return multiply(multiply(half, x!), add(one, of(u)));
        };
      },
    },
    width,
  );

/** gradient * (1 + tanh(u) + x (1 - tanh(u)^2) du/dx) / 2 */
export const geluTanhGradient = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "geluTanhGradient", inputs: 2 },
      prepare: (math) => {
        const { add, multiply, subtract } = math;
        const of = hyperbolicTangent(math);
        const [half, one, three] = [math.constant(0.5), math.constant(1), math.constant(3)];
        const [linear, cube] = [math.constant(rootTwoOverPi), math.constant(rootTwoOverPi * cubic)];
        // Where tanh(u) has long been 1; without it, 1 - tanh(u)^2 = 0 would meet an infinite slope.
        const largest = math.constant(1e6);
        return ([x, gradient]) => {
          const cubed = math.keep(multiply(cube, math.min(multiply(x!, x!), largest)));
          const t = math.keep(of(multiply(x!, add(linear, cubed))));
          const slope = add(linear, multiply(three, cubed));
          const curved = multiply(multiply(x!, subtract(one, multiply(t, t))), slope);
          return multiply(multiply(half, gradient!), add(add(one, t), curved));
        };
      },
    },
    width,
  );
