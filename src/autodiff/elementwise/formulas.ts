/** The elementwise functions: the value of each, and its derivatives. Kernels and backward passes are made of these alone. */
import type { Lane, Lanes } from "./lanes.ts";
import { cos, exp, log, log1p, power, sigmoid, sin, tanh } from "./transcendental.ts";

/** What a derivative is made of. */
export interface Point {
  /** The gradient of the result. */
  readonly g: Lane;
  /** The result. */
  readonly y: Lane;
}

/** The gradient of one input: that of the result times the derivative. */
export type Slope = (m: Lanes, at: Point, ...inputs: Lane[]) => Lane;

/** A function of some numbers, element by element. */
export interface Formula {
  /** As errors call it. */
  readonly name: string;
  readonly value: (m: Lanes, ...inputs: Lane[]) => Lane;
  /** One for each input, in order; undefined where there is no derivative. */
  readonly slopes: readonly (Slope | undefined)[];
}

const pass: Slope = (_, { g }) => g;
const passNegative: Slope = (m, { g }) => m.negate(g);

/** The gradient where a condition holds, and 0 elsewhere. */
const where = (m: Lanes, condition: Lane, g: Lane): Lane => m.where(condition, g, m.number(0));

export const add: Formula = { name: "add", value: (m, a, b) => m.add(a, b), slopes: [pass, pass] };

export const subtract: Formula = {
  name: "sub",
  value: (m, a, b) => m.subtract(a, b),
  slopes: [pass, passNegative],
};

export const multiply: Formula = {
  name: "mul",
  value: (m, a, b) => m.multiply(a, b),
  slopes: [(m, { g }, _, b) => m.multiply(g, b), (m, { g }, a) => m.multiply(g, a)],
};

export const divide: Formula = {
  name: "div",
  value: (m, a, b) => m.divide(a, b),
  slopes: [
    (m, { g }, _, b) => m.divide(g, b),
    (m, { g, y }, _, b) => m.negate(m.divide(m.multiply(g, y), b)),
  ],
};

/** b a^(b - 1), and y log(a); both 0 where the power is constant. */
export const pow: Formula = {
  name: "pow",
  value: power,
  slopes: [
    (m, { g }, a, b) => {
      const slope = m.multiply(b, power(m, a, m.subtract(b, m.number(1))));
      return m.where(m.equal(b, m.number(0)), m.number(0), m.multiply(g, slope));
    },
    (m, { g, y }, a, b) => {
      const isZero = m.and(m.equal(a, m.number(0)), m.lessOrEqual(m.number(0), b));
      return m.where(isZero, m.number(0), m.multiply(g, m.multiply(y, log(m, a))));
    },
  ],
};

export const negate: Formula = {
  name: "neg",
  value: (m, x) => m.negate(x),
  slopes: [passNegative],
};

export const exponential: Formula = {
  name: "exp",
  value: exp,
  slopes: [(m, { g, y }) => m.multiply(g, y)],
};

export const logarithm: Formula = {
  name: "log",
  value: log,
  slopes: [(m, { g }, x) => m.divide(g, x)],
};

export const squareRoot: Formula = {
  name: "sqrt",
  value: (m, x) => m.sqrt(x),
  slopes: [(m, { g, y }) => m.divide(g, m.add(y, y))],
};

export const square: Formula = {
  name: "square",
  value: (m, x) => m.square(x),
  slopes: [(m, { g }, x) => m.multiply(g, m.add(x, x))],
};

/** 0 at 0, and NaN at NaN. */
export const absolute: Formula = {
  name: "abs",
  value: (m, x) => m.abs(x),
  slopes: [
    (m, { g }, x) => {
      const rest = m.where(m.less(x, m.number(0)), m.number(-1), x);
      return m.multiply(g, m.where(m.less(m.number(0), x), m.number(1), rest));
    },
  ],
};

export const sine: Formula = {
  name: "sin",
  value: sin,
  slopes: [(m, { g }, x) => m.multiply(g, cos(m, x))],
};

export const cosine: Formula = {
  name: "cos",
  value: cos,
  slopes: [(m, { g }, x) => m.negate(m.multiply(g, sin(m, x)))],
};

/** max(x, 0) + log(1 + e^-|x|) */
const softplusOf = (m: Lanes, x: Lane): Lane =>
  m.add(m.max(x, m.number(0)), log1p(m, exp(m, m.negate(m.abs(x)))));

export const softplus: Formula = {
  name: "softplus",
  value: softplusOf,
  slopes: [(m, { g }, x) => m.multiply(g, sigmoid(m, x))],
};

export const logSigmoid: Formula = {
  name: "logSigmoid",
  value: (m, x) => m.negate(softplusOf(m, m.negate(x))),
  slopes: [(m, { g }, x) => m.multiply(g, sigmoid(m, m.negate(x)))],
};

/** All of the gradient to the chosen one, half of it to each of two equal ones; to both where one is NaN. */
const toChosen = (m: Lanes, g: Lane, isOther: Lane, a: Lane, b: Lane): Lane => {
  const share = m.where(m.equal(a, b), m.multiply(g, m.number(0.5)), g);
  return m.where(isOther, m.number(0), share);
};

export const minimum: Formula = {
  name: "minimum",
  value: (m, a, b) => m.min(a, b),
  slopes: [
    (m, { g }, a, b) => toChosen(m, g, m.less(b, a), a, b),
    (m, { g }, a, b) => toChosen(m, g, m.less(a, b), a, b),
  ],
};

export const maximum: Formula = {
  name: "maximum",
  value: (m, a, b) => m.max(a, b),
  slopes: [
    (m, { g }, a, b) => toChosen(m, g, m.less(a, b), a, b),
    (m, { g }, a, b) => toChosen(m, g, m.less(b, a), a, b),
  ],
};

const isNotZero = (m: Lanes, condition: Lane): Lane => m.notEqual(condition, m.number(0));

export const choose: Formula = {
  name: "where",
  value: (m, condition, a, b) => m.where(isNotZero(m, condition), a, b),
  slopes: [
    undefined,
    (m, { g }, condition) => where(m, isNotZero(m, condition), g),
    (m, { g }, condition) => m.where(isNotZero(m, condition), m.number(0), g),
  ],
};

/** 1 where a < b, 0 elsewhere. */
export const less: Formula = {
  name: "less",
  value: (m, a, b) => where(m, m.less(a, b), m.number(1)),
  slopes: [undefined, undefined],
};

/** x / (1 + e^-x); with s = 1 / (1 + e^-x), its derivative is s (1 + x (1 - s)). */
export const silu: Formula = {
  name: "silu",
  value: (m, x) => m.multiply(x, sigmoid(m, x)),
  slopes: [
    (m, { g }, x) => {
      const s = sigmoid(m, x);
      const more = m.multiply(x, m.subtract(m.number(1), s));
      return m.multiply(g, m.multiply(s, m.add(m.number(1), more)));
    },
  ],
};

/** x above 0, and x times the slope elsewhere. */
export const leakyRelu: Formula = {
  name: "leakyRelu",
  value: (m, x, slope) => m.where(m.less(m.number(0), x), x, m.multiply(x, slope)),
  slopes: [
    (m, { g }, x, slope) => m.where(m.less(m.number(0), x), g, m.multiply(g, slope)),
    undefined,
  ],
};

/** d^2 / 2 where |d| <= delta, and delta (|d| - delta / 2) elsewhere, for d = x - target. */
export const huber: Formula = {
  name: "huber",
  value: (m, x, target, delta) => {
    const size = m.abs(m.subtract(x, target));
    const half = m.number(0.5);
    const far = m.multiply(delta, m.subtract(size, m.multiply(delta, half)));
    const near = m.multiply(m.square(size), half);
    return m.where(m.less(delta, size), far, near);
  },
  slopes: [
    (m, { g }, x, target, delta) => m.multiply(g, clamped(m, x, target, delta)),
    (m, { g }, x, target, delta) => m.negate(m.multiply(g, clamped(m, x, target, delta))),
    undefined,
  ],
};

const clamped = (m: Lanes, x: Lane, target: Lane, delta: Lane): Lane =>
  m.max(m.min(m.subtract(x, target), delta), m.negate(delta));

/** -t log(p) - (1 - t) log(1 - p) with p = 1 / (1 + e^-x): softplus(x) - x t, so added up that nothing is lost where t is 1. */
export const binaryCrossEntropy: Formula = {
  name: "binaryCrossEntropy",
  value: (m, x, target) => {
    const above = m.subtract(m.max(x, m.number(0)), m.multiply(x, target));
    return m.add(above, log1p(m, exp(m, m.negate(m.abs(x)))));
  },
  slopes: [
    (m, { g }, x, target) => m.multiply(g, m.subtract(sigmoid(m, x), target)),
    (m, { g }, x) => m.negate(m.multiply(g, x)),
  ],
};

/** Those that have kernels of their own in float32. */
export const rectifier: Formula = {
  name: "relu",
  value: (m, x) => m.max(x, m.number(0)),
  slopes: [(m, { g, y }) => m.where(m.lessOrEqual(y, m.number(0)), m.number(0), g)],
};

export const logistic: Formula = {
  name: "sigmoid",
  value: sigmoid,
  slopes: [(m, { g, y }) => m.multiply(m.multiply(g, y), m.subtract(m.number(1), y))],
};

export const hyperbolicTangent: Formula = {
  name: "tanh",
  value: tanh,
  slopes: [(m, { g, y }) => m.multiply(g, m.subtract(m.number(1), m.square(y)))],
};

const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3) */
export const geluTanh: Formula = {
  name: "gelu",
  value: (m, x) => {
    const t = tanh(m, innerOf(m, x));
    return m.multiply(m.multiply(m.number(0.5), x), m.add(m.number(1), t));
  },
  slopes: [
    (m, { g }, x) => {
      const t = tanh(m, innerOf(m, x));
      // Where tanh(u) has long been 1; without it, 1 - tanh(u)^2 = 0 would meet an infinite slope.
      const squared = m.min(m.square(x), m.number(1e6));
      const slope = m.polynomial(squared, [rootTwoOverPi, 3 * rootTwoOverPi * cubic]);
      const curve = m.multiply(m.subtract(m.number(1), m.square(t)), slope);
      const sum = m.add(m.add(m.number(1), t), m.multiply(x, curve));
      return m.multiply(m.multiply(m.number(0.5), g), sum);
    },
  ],
};

const innerOf = (m: Lanes, x: Lane): Lane =>
  m.multiply(x, m.polynomial(m.square(x), [rootTwoOverPi, rootTwoOverPi * cubic]));
