/** A tree of parameters, gradients for each step, and the results of jax-js' own optax. */
import { type Array as JaxArray, numpy, tree } from "@jax-js/jax";

export interface Net {
  readonly w: JaxArray;
  readonly layers: readonly { readonly scale: JaxArray; readonly b: JaxArray }[];
}

const shapes = {
  w: [3, 2],
  "layers.0.scale": [],
  "layers.0.b": [5],
  "layers.1.scale": [],
  "layers.1.b": [1],
};

/** The parameters' names, in the order of the tree. */
export const names = Object.keys(shapes);

/** Numbers for each parameter, from a function of the parameter and the element. */
function netOf(
  numberAt: (parameter: number, element: number) => number,
  device?: "cpu" | "wasm",
): Net {
  const arrays = Object.values(shapes).map((shape, parameter) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length }, (_, element) => numberAt(parameter, element));
    return numpy.array(data, { shape, ...(device && { device }) });
  });
  const [w, scale, b, scale1, b1] = arrays as [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];
  return {
    w,
    layers: [
      { scale, b },
      { scale: scale1, b: b1 },
    ],
  };
}

export const startOf = (device?: "cpu" | "wasm"): Net =>
  netOf((parameter, element) => Math.cos(7 * parameter + element), device);

/** Gradients with different sizes and signs, which depend only on the step. @param step from 1 */
export const gradientsAt = (step: number, device?: "cpu" | "wasm"): Net =>
  netOf(
    (parameter, element) => Math.sin(5 * parameter + 3 * element + step) * 10 ** (element - 1),
    device,
  );

/** All numbers of a tree, which is not disposed. */
export const numbersOf = (net: Net): number[] =>
  tree.leaves<JaxArray>(tree.ref(net) as never).flatMap((leaf) => [...leaf.dataSync()]);

export const rate = 0.01;

/** The recorded steps of each trajectory: the parameters after these. */
export const kept = [1, 2, 10, 25, 50];
