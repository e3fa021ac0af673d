import { check } from "../errors.ts";
import { checkOptions, printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** "none", the default, for the exact function, "tanh" for the approximation. */
  readonly approximate?: "none" | "tanh";
}

/**
 * The Gaussian error linear unit (Hendrycks and Gimpel, 2016, section 2), element by element:
 * x P(X <= x) for a standard normal X, or its approximation x (1 + tanh(u)) / 2 with
 * u = sqrt(2 / pi) (x + 0.044715 x^3).
 *
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([3]);
 * x.data.set([-1, 0, 1]);
 * tape.forward(gelu(x)); // [-0.1586553, 0, 0.8413447]
 * tape.forward(gelu(x, { approximate: "tanh" })); // [-0.158808, 0, 0.841192]
 */
export function gelu<A extends FloatArray>(x: Tensor<A>, options: GeluOptions = {}): Tensor<A> {
  checkOptions("gelu", options, ["approximate"]);
  const { approximate = "none" } = options;
  check(approximate === "none" || approximate === "tanh", () => {
    return `gelu: expected approximate "none" or "tanh", found ${printValue(approximate)}`;
  });
  const { kernels } = x.tape;
  const [value, derivative] =
    approximate === "tanh"
      ? [kernels.geluTanh, kernels.geluTanhGradient]
      : [kernels.gelu, kernels.geluGradient];
  const size = x.data.length;
  return x.tape.record({
    name: "gelu",
    inputs: [x],
    shape: x.shape,
    forward: (output) => value(size, x.data.byteOffset, output.byteOffset),
    backward: [
      (gradient, target) =>
        derivative(size, x.data.byteOffset, gradient.byteOffset, target.byteOffset),
    ],
  });
}
