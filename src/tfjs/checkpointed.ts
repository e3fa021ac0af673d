/** A model of TensorFlow.js and its optimizer, in the form that `gradus/checkpoint` saves and resumes. */
import type { Variable } from "@tensorflow/tfjs-core";
import type { Checkpointed } from "../checkpoint/source.ts";
import { BindingError } from "../runtime/errors.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import { isPromise } from "../runtime/withCleanup.ts";
import type { VariableBinding } from "./binding.ts";
import type { GradusOptimizer } from "./gradusOptimizer.ts";
import { numbersOf, tensorOf } from "./transfer.ts";

/** A layers model, or another object with variables in this form. */
export interface HasWeights {
  /** Its variables, in the order in which it saves them. */
  readonly weights: readonly { read(): unknown }[];
}

const variablesOf = (model: HasWeights | readonly Variable[]): readonly Variable[] =>
  "weights" in model ? model.weights.map((weight) => weight.read() as Variable) : model;

/** A variable, with the array that is saved, or loaded into it. */
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

/** @throws {BindingError} if the backend keeps the state on a GPU */
function sourceOf(binding: VariableBinding): Checkpointed {
  if (binding.checkpointed === undefined) {
    throw new BindingError(
      "withCheckpoint: this backend keeps its state on a GPU; save the model with { includeOptimizer: true }",
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
        `withCheckpoint: \`${variable.name}\` is ${variable.dtype}, and must be float32`,
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

/** The optimizer's whole state, with the parameters of the whole model. */
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
 * Saves or loads a checkpoint of a model and its optimizer. It passes a callback an object that `gradus/checkpoint` can save and load: all
 * weights of the model, also those that are not trained, and the whole state of its optimizer. After the callback, loaded values are
 * assigned to the model's variables.
 *
 * @param model a layers model, or a list of variables
 * @param use saves or loads; it may return a promise
 * @returns what the callback returns
 * @throws {BindingError} if a variable is not float32, or the state is on a GPU
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
