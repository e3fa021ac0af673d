/** The elementwise operations. */
import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";
import { addAlike, areAlike } from "./addAlike.ts";
import { elementwise, type Operand } from "./elementwise.ts";
import * as formulas from "./formulas.ts";

/** a + b, broadcast as in NumPy. */
export function add<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  const alike = areAlike(a, b);
  return alike === undefined ? elementwise(formulas.add, a, b) : addAlike(...alike);
}

/** a - b, broadcast as in NumPy. */
export function sub<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.subtract, a, b);
}

/** a b, element by element, broadcast as in NumPy; `matmul` is the product of matrices. */
export function mul<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.multiply, a, b);
}

/** a / b, broadcast as in NumPy. */
export function div<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.divide, a, b);
}

/**
 * a^b, broadcast as in NumPy, to about 1e-13 of its value; NaN where a is below 0 and b not whole. Its derivative for a is
 * b a^(b - 1), that for b is a^b log(a), and 0 where a is 0 and b from 0 on, as in PyTorch.
 */
export function pow<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.pow, a, b);
}

/** The negative of each element: -x. */
export function neg<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.negate, x);
}

/** The exponential of each element: e^x. */
export function exp<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.exponential, x);
}

/** The natural logarithm; -Infinity at 0, NaN below. */
export function log<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.logarithm, x);
}

/** The square root; NaN below 0. Its derivative at 0 is infinite. */
export function sqrt<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.squareRoot, x);
}

/** The square of each element: x^2. */
export function square<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.square, x);
}

/** |x|; its derivative at 0 is 0, as in PyTorch. */
export function abs<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.absolute, x);
}

/** The sine of an angle in radians; NaN from 2^27 (1.3e8) on. */
export function sin<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.sine, x);
}

/** The cosine of an angle in radians; NaN from 2^27 (1.3e8) on. */
export function cos<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.cosine, x);
}

/** log(1 + e^x), which nothing overflows. */
export function softplus<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.softplus, x);
}

/** log(1 / (1 + e^-x)), which nothing overflows. */
export function logSigmoid<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.logSigmoid, x);
}

/** The smaller one of a and b, broadcast as in NumPy; of two equal ones each gets half of the gradient, as in PyTorch. */
export function minimum<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.minimum, a, b);
}

/** The larger one of a and b, broadcast as in NumPy; of two equal ones each gets half of the gradient, as in PyTorch. */
export function maximum<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.maximum, a, b);
}

/**
 * a where the condition is not 0, b elsewhere, broadcast as in NumPy. What is not chosen gets no gradient, even where it is
 * NaN; its own derivative may still be: 0 times infinity is.
 *
 * @param condition such as `less(x, y)`, or an input that the caller fills
 */
export function where<A extends FloatArray>(
  condition: Tensor<A>,
  a: Operand<A>,
  b: Operand<A>,
): Tensor<A> {
  return elementwise(formulas.choose, condition, a, b);
}

/** 1 where a < b, 0 elsewhere, broadcast as in NumPy; without a derivative. */
export function less<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.less, a, b);
}

/** x / (1 + e^-x), also called swish (Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017). */
export function silu<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.silu, x);
}

/**
 * x above 0, and x times the slope elsewhere (Maas, Hannun and Ng, 2013).
 *
 * @param slope by default 0.01, as in PyTorch
 */
export function leakyRelu<A extends FloatArray>(x: Tensor<A>, slope = 0.01): Tensor<A> {
  check(typeof slope === "number" && Number.isFinite(slope), () => {
    return `leakyRelu: expected a slope that is finite, found ${printValue(slope)}`;
  });
  return elementwise(formulas.leakyRelu, x, slope);
}
