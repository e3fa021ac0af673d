/** Gradients as they are given to an optimizer of TensorFlow.js, with the variables that they are of. */
import type { NamedTensorMap, Optimizer, Tensor, Variable } from "@tensorflow/tfjs-core";
import { GradientError } from "../runtime/errors.ts";
import { didYouMean } from "../suggest.ts";
import { isSameShape } from "./variables.ts";

/** A tensor with the name of what it is of: TensorFlow.js does not export the type. */
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
      `applyGradients: \`${name}\` is of ${variable.dtype}, and only variables of float32 can be stepped`,
    );
  }
  if (!isSameShape(gradient, variable)) {
    throw new GradientError(
      `applyGradients: \`${name}\` has the shape [${variable.shape}], its gradient [${gradient.shape}]`,
    );
  }
}

/**
 * Those that are there: TensorFlow.js gives null, or leaves them out, where there are none.
 * @param known the variables that TensorFlow.js has
 * @throws {GradientError} where one is of no variable, or of another shape than that, or there are two of one
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
