import { check } from "../errors.ts";
import { millsRatio } from "../millsRatio.ts";
import type { Tensor } from "../tensor.ts";

export interface GeluOptions {
  /** "none", the default, for the exact function, "tanh" for the approximation. */
  readonly approximate?: "none" | "tanh";
}

const inverseRootTwoPi = 1 / Math.sqrt(2 * Math.PI);
const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** Writes x P(X <= x), X being standard normal, and its slope P(X <= x) + x p(x). */
function exact(x: Float32Array, output: Float32Array, slope: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    const density = inverseRootTwoPi * Math.exp(-0.5 * value * value);
    const tail = density * millsRatio(Math.abs(value));
    const probability = value > 0 ? 1 - tail : tail;
    output[i] = value * probability;
    slope[i] = probability + value * density;
  }
}

/** Writes x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3), and its slope. */
function byTanh(x: Float32Array, output: Float32Array, slope: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    const square = value * value;
    const t = Math.tanh(rootTwoOverPi * value * (1 + cubic * square));
    const inner = rootTwoOverPi * (1 + 3 * cubic * square);
    output[i] = 0.5 * value * (1 + t);
    slope[i] = 0.5 * (1 + t) + 0.5 * value * (1 - t * t) * inner;
  }
}

/**
 * The Gaussian error linear unit, x P(X <= x) for a standard normal X (Hendrycks and Gimpel, 2016,
 * section 2), element by element.
 */
export function gelu(x: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  check(approximate === "none" || approximate === "tanh", () => {
    return `gelu: expected approximate "none" or "tanh", found "${approximate}"`;
  });
  const compute = approximate === "tanh" ? byTanh : exact;
  const size = x.data.length;
  // The slope shares its exponential with the value, so the forward pass keeps it.
  const slope = x.tape.buffer(size);
  return x.tape.record({
    name: "gelu",
    inputs: [x],
    shape: x.shape,
    forward: (output) => compute(x.data, output, slope),
    backward: [
      (gradient, target) =>
        x.tape.kernels.multiply(size, gradient.byteOffset, slope.byteOffset, target.byteOffset),
    ],
  });
}
