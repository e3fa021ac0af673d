/** The gradients that an optimizer of TensorFlow.js is given, with their variables. */
import type { NamedTensorMap, Optimizer, Tensor, Variable } from "@tensorflow/tfjs-core";
import { GradientError } from "../runtime/errors.ts";
import { didYouMean } from "../suggest.ts";
import { isSameShape } from "./variables.ts";

/** A tensor with its variable's name. TensorFlow.js does not export this type. */
export type NamedTensor = Awaited<ReturnType<Optimizer["getWeights"]>>[number];

/** By name. */
interface Given {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

function check(
  name: string,
  gradient: Tensor,
  variable: Variable | undefined,
  known: object,
): void {
  if (variable === undefined) {
    throw new GradientError(
      `applyGradients: there is no variable \`${name}\`${didYouMean(name, Object.keys(known))}`,
    );
  }
  if (variable.dtype !== "float32") {
    throw new GradientError(
      `applyGradients: \`${name}\` is ${variable.dtype}, and only float32 variables can be trained`,
    );
  }
  if (!isSameShape(gradient, variable)) {
    throw new GradientError(
      `applyGradients: \`${name}\` has the shape [${variable.shape}], but its gradient has [${gradient.shape}]`,
    );
  }
}

/**
 * The gradients that are present. For a variable without a gradient, TensorFlow.js passes null or leaves it out.
 * @param known the variables that TensorFlow.js has
 * @throws {GradientError} if a gradient has no variable, another shape than its variable, or appears twice
 */
export function givenGradients(
  gradients: NamedTensorMap | readonly NamedTensor[],
  known: Readonly<Record<string, Variable>>,
): Given {
  const list = Array.isArray(gradients)
    ? (gradients as readonly NamedTensor[])
    : Object.entries(gradients as NamedTensorMap).map(([name, tensor]) => ({ name, tensor }));
  const variables = new Map<string, Variable>();
  const tensors = new Map<string, Tensor>();
  for (const { name, tensor } of list) {
    if (tensor !== null && tensor !== undefined) {
      const variable = Object.hasOwn(known, name) ? known[name] : undefined;
      check(name, tensor, variable, known);
      if (tensors.has(name)) {
        throw new GradientError(`applyGradients: there are two gradients of \`${name}\``);
      }
      variables.set(name, variable!);
      tensors.set(name, tensor);
    }
  }
  return { variables, tensors };
}
