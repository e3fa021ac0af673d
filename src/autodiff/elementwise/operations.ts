/** The elementwise operations. */
import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";
import { addAlike, areAlike } from "./addAlike.ts";
import { elementwise, type Operand } from "./elementwise.ts";
import * as formulas from "./formulas.ts";

/**
 * a + b, broadcast as in NumPy.
 *
 * @example
 * const tape = createTape(optimizer);
 * const { w, b } = tape.parameters;
 * net.b.data.set([1, 2, 3]);
 * tape.forward(add(w, b)); // [1, 2, 3, 1, 2, 3]: to each row of w
 */
export function add<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  const alike = areAlike(a, b);
  return alike === undefined ? elementwise(formulas.add, a, b) : addAlike(...alike);
}

/**
 * a - b, broadcast as in NumPy.
 *
 * @example
 * const distance = valueAndGradient((x) => sum(square(sub(x, 3))));
 * const { value, gradient } = distance([1, 5]); // 8 and [-4, 4]
 */
export function sub<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.subtract, a, b);
}

/**
 * a b, element by element, broadcast as in NumPy; `matmul` is the product of matrices.
 *
 * @example
 * const tape = createTape(optimizer);
 * const [column, row] = [tape.input([2, 1]), tape.input([3])];
 * column.data.set([1, 10]);
 * row.data.set([1, 2, 3]);
 * tape.forward(mul(column, row)); // [1, 2, 3, 10, 20, 30]: the outer product
 */
export function mul<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.multiply, a, b);
}

/**
 * a / b, broadcast as in NumPy.
 *
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([3]);
 * x.data.set([1, 2, 5]);
 * tape.forward(div(x, sum(x))); // [0.125, 0.25, 0.625]
 */
export function div<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.divide, a, b);
}

/**
 * a^b, broadcast as in NumPy, to about 1e-13 of its value; NaN where a is below 0 and b not whole. Its derivative for a is
 * b a^(b - 1), that for b is a^b log(a), and 0 where a is 0 and b from 0 on, as in PyTorch.
 *
 * @example
 * const cubes = valueAndGradient((x) => sum(pow(x, 3)));
 * const { value, gradient } = cubes([1, 2]); // 9 and [3, 12]
 */
export function pow<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.pow, a, b);
}

/**
 * The negative of each element: -x.
 *
 * @example
 * const logLoss = valueAndGradient((p) => sum(neg(log(p))));
 * const { value, gradient } = logLoss([1, 0.25]); // 1.386294 and [-1, -4]
 */
export function neg<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.negate, x);
}

/**
 * The exponential of each element: e^x.
 *
 * @example
 * const growth = valueAndGradient((x) => sum(exp(x)));
 * const { value, gradient } = growth([0, 1]); // 3.718282 and [1, 2.718282]
 */
export function exp<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.exponential, x);
}

/**
 * The natural logarithm; -Infinity at 0, NaN below.
 *
 * @example
 * const logs = valueAndGradient((x) => sum(log(x)));
 * const { value, gradient } = logs([1, 2]); // 0.693147 and [1, 0.5]
 */
export function log<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.logarithm, x);
}

/**
 * The square root; NaN below 0. Its derivative at 0 is infinite.
 *
 * @example
 * const length = valueAndGradient((x) => sqrt(sum(square(x))));
 * const { value, gradient } = length([3, 4]); // 5 and [0.6, 0.8]
 */
export function sqrt<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.squareRoot, x);
}

/**
 * The square of each element: x^2.
 *
 * @example
 * const meanSquare = valueAndGradient((x) => mean(square(x)));
 * const { value, gradient } = meanSquare([1, 3]); // 5 and [1, 3]
 */
export function square<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.square, x);
}

/**
 * |x|; its derivative at 0 is 0, as in PyTorch.
 *
 * @example
 * const penalty = valueAndGradient((x) => sum(abs(x)));
 * const { value, gradient } = penalty([-2, 0, 3]); // 5 and [-1, 0, 1]
 */
export function abs<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.absolute, x);
}

/**
 * The sine of an angle in radians; NaN from 2^27 (1.3e8) on.
 *
 * @example
 * const wave = valueAndGradient((x) => sum(sin(x)));
 * const { value, gradient } = wave([0, Math.PI / 2]); // 1 and [1, 0]
 */
export function sin<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.sine, x);
}

/**
 * The cosine of an angle in radians; NaN from 2^27 (1.3e8) on.
 *
 * @example
 * const wave = valueAndGradient((x) => sum(cos(x)));
 * const { value, gradient } = wave([0, Math.PI / 2]); // 1 and [0, -1]
 */
export function cos<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.cosine, x);
}

/**
 * log(1 + e^x), which nothing overflows.
 *
 * @example
 * // The variance is positive, whatever is trained.
 * const tape = createTape(optimizer);
 * const x = tape.input([3]);
 * x.data.set([-1000, 0, 1000]);
 * tape.forward(softplus(x)); // [0, 0.693147, 1000]
 */
export function softplus<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.softplus, x);
}

/**
 * log(1 / (1 + e^-x)), which nothing overflows.
 *
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([3]);
 * x.data.set([-1000, 0, 1000]);
 * tape.forward(logSigmoid(x)); // [-1000, -0.693147, 0]: the logs of 0, 0.5 and 1
 */
export function logSigmoid<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.logSigmoid, x);
}

/**
 * The smaller one of a and b, broadcast as in NumPy; of two equal ones each gets half of the gradient, as in PyTorch.
 *
 * @example
 * const clipped = valueAndGradient((x) => sum(minimum(x, 1)));
 * const { value, gradient } = clipped([0.5, 3]); // 1.5 and [1, 0]
 */
export function minimum<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.minimum, a, b);
}

/**
 * The larger one of a and b, broadcast as in NumPy; of two equal ones each gets half of the gradient, as in PyTorch.
 *
 * @example
 * const hinge = valueAndGradient((margin) => sum(maximum(0, sub(1, margin))));
 * const { value, gradient } = hinge([2, 0.5]); // 0.5 and [0, -1]
 */
export function maximum<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.maximum, a, b);
}

/**
 * a where the condition is not 0, b elsewhere, broadcast as in NumPy. What is not chosen gets no gradient, even where it is
 * NaN; its own derivative may still be: 0 times infinity is.
 *
 * @param condition such as `less(x, y)`, or an input that the caller fills
 * @example
 * const f = valueAndGradient((x) => sum(where(less(x, 0), square(x), x)));
 * const { value, gradient } = f([-2, 3]); // 7 and [-4, 1]
 */
export function where<A extends FloatArray>(
  condition: Tensor<A>,
  a: Operand<A>,
  b: Operand<A>,
): Tensor<A> {
  return elementwise(formulas.choose, condition, a, b);
}

/**
 * 1 where a < b, 0 elsewhere, broadcast as in NumPy; without a derivative.
 *
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([4]);
 * x.data.set([-1, 0, 1, 2]);
 * tape.forward(less(x, 1)); // [1, 1, 0, 0]
 * tape.forward(mean(less(x, 1))); // [0.5]: the share of those below 1
 */
export function less<A extends FloatArray>(a: Operand<A>, b: Operand<A>): Tensor<A> {
  return elementwise(formulas.less, a, b);
}

/**
 * x / (1 + e^-x), also called swish (Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017).
 *
 * @example
 * const activation = valueAndGradient((x) => sum(silu(x)));
 * const { value, gradient } = activation([0, 20]); // 20 and [0.5, 1]
 */
export function silu<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return elementwise(formulas.silu, x);
}

/**
 * x above 0, and x times the slope elsewhere (Maas, Hannun and Ng, 2013).
 *
 * @param slope by default 0.01, as in PyTorch
 * @example
 * const activation = valueAndGradient((x) => sum(leakyRelu(x, 0.1)));
 * const { value, gradient } = activation([-2, 3]); // 2.8 and [0.1, 1]
 */
export function leakyRelu<A extends FloatArray>(x: Tensor<A>, slope = 0.01): Tensor<A> {
  check(typeof slope === "number" && Number.isFinite(slope), () => {
    return `leakyRelu: expected a slope that is finite, found ${printValue(slope)}`;
  });
  return elementwise(formulas.leakyRelu, x, slope);
}
