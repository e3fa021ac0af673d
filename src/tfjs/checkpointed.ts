/** A model of TensorFlow.js and its optimizer as what `gradus/checkpoint` saves and resumes. */
import type { Variable } from "@tensorflow/tfjs-core";
import type { Checkpointed } from "../checkpoint/source.ts";
import { BindingError } from "../runtime/errors.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import { isPromise } from "../runtime/withCleanup.ts";
import type { VariableBinding } from "./binding.ts";
import type { GradusOptimizer } from "./gradusOptimizer.ts";
import { numbersOf, tensorOf } from "./transfer.ts";

/** A model of layers, or what else has variables by these methods. */
export interface HasWeights {
  /** Its variables, in the order in which it saves them. */
  readonly weights: readonly { read(): unknown }[];
}

const variablesOf = (model: HasWeights | readonly Variable[]): readonly Variable[] =>
  "weights" in model ? model.weights.map((weight) => weight.read() as Variable) : model;

/** A variable with what is saved of it, or read into it. */
interface Saved {
  readonly name: string;
  readonly variable: Variable;
  readonly parameter: AnyParameter;
}

const isSame = (one: ArrayLike<number>, other: ArrayLike<number>): boolean => {
  for (let index = 0; index < one.length; index++) {
    if (!Object.is(one[index], other[index])) {
      return false;
    }
  }
  return true;
};

/** @throws {BindingError} where the backend keeps state elsewhere */
function sourceOf(binding: VariableBinding): Checkpointed {
  if (binding.checkpointed === undefined) {
    throw new BindingError(
      "withCheckpoint: the state of this backend is on a GPU; save the model with includeOptimizer",
    );
  }
  return binding.checkpointed();
}

function savedOf(
  variables: readonly Variable[],
  optimizer: GradusOptimizer,
  { parameters }: Checkpointed,
): Saved[] {
  return variables.map((variable) => {
    if (variable.dtype !== "float32") {
      throw new BindingError(
        `withCheckpoint: \`${variable.name}\` is of ${variable.dtype}; checkpoints have float32`,
      );
    }
    const name = optimizer.nameOf(variable);
    const own = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const copy = () => ({
      data: numbersOf(variable).slice() as Float32Array,
      shape: variable.shape,
    });
    return { name, variable, parameter: own ?? copy() };
  });
}

/** All that the optimizer has, with the parameters of the whole model. */
const within = (source: Checkpointed, parameters: Checkpointed["parameters"]): Checkpointed => ({
  parameters,
  stateViews: () => source.stateViews(),
  restore: (...given) => source.restore(...given),
  planRestore: (...given) => source.planRestore(...given),
  takeOver: (plan) => source.takeOver(plan),
  get pending() {
    return source.pending ?? 0;
  },
});

/**
 * Gives a callback what `gradus/checkpoint` saves and loads: the weights of a model, those too that are not trained, and all that its
 * optimizer keeps. What the callback has loaded is assigned to the model's variables behind it.
 *
 * @param model of layers, or a list of variables
 * @param use saves or loads; it may return a promise
 * @returns what the callback returns
 * @throws {BindingError} where a variable is not of float32
 * @example
 * await withCheckpoint(model, optimizer, (run) => saveCheckpoint("run.safetensors", run));
 * await withCheckpoint(model, optimizer, (run) => loadCheckpoint("run.safetensors", run));
 */
export async function withCheckpoint<T>(
  model: HasWeights | readonly Variable[],
  optimizer: GradusOptimizer,
  use: (run: Checkpointed) => T | PromiseLike<T>,
): Promise<T> {
  const variables = variablesOf(model);
  const binding = optimizer.bindTo(variables.filter(({ trainable }) => trainable));
  const source = sourceOf(binding);
  const saved = savedOf(variables, optimizer, source);
  const before = new Map(saved.map(({ name, parameter }) => [name, parameter.data.slice()]));
  const parameters = Object.fromEntries(saved.map(({ name, parameter }) => [name, parameter]));
  const used = use(within(source, parameters));
  const result = isPromise(used) ? await used : used;
  for (const { name, variable, parameter } of saved) {
    if (!isSame(parameter.data, before.get(name)!)) {
      const values = tensorOf(parameter);
      variable.assign(values);
      values.dispose();
    }
  }
  return result;
}
