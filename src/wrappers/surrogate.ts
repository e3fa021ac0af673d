/** Surrogates of parameters: smaller arrays that are stepped instead, each time from zero. */
import type { Match } from "../rule/definition.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import { matches } from "../runtime/binding/groups.ts";
import { colsOf, rowsOf, tensorOf } from "../runtime/binding/tensor.ts";
import { BindingError, GradientError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import { adopt, type FloatArray, type MemoryScope } from "../runtime/memory/memory.ts";
import { elements, type Parameter } from "../runtime/parameters.ts";
import { mapped, type OptimizerState } from "../runtime/state/state.ts";
import { Projection, use } from "./projection.ts";

/** A parameter with its surrogate and its projection. */
export interface Member {
  readonly name: string;
  readonly parameter: Parameter;
  /** It is zero before each step. After the step it holds the displacement. */
  readonly surrogate: Parameter;
  /** Present if the parameter is a matrix that is projected. */
  readonly projection: Projection | undefined;
}

/** An array of the same type as another, in kernels' memory if there is any. */
export function allocate(
  scope: MemoryScope | undefined,
  { BYTES_PER_ELEMENT }: FloatArray,
  length: number,
): FloatArray {
  const single = BYTES_PER_ELEMENT === Float32Array.BYTES_PER_ELEMENT;
  if (scope === undefined) {
    return single ? new Float32Array(length) : new Float64Array(length);
  }
  const { memory } = scope;
  const address = scope.allocate(length * BYTES_PER_ELEMENT);
  return adopt(memory, memory.view(single ? "float32" : "float64", address, length));
}

/** Multiplies by (1 - share), and adds a displacement. */
export function moveBy(data: FloatArray, displacement: FloatArray, share: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    data[i] = value + displacement[i]! - share * value;
  }
}

/** Adds the directions of each matrix to a state. */
export function withBases(state: OptimizerState, members: readonly Member[]): OptimizerState {
  const projections = new Map(members.map(({ name, projection }) => [name, projection]));
  return {
    ...state,
    parameters: mapped(state.parameters, (slots, name) => {
      const basis = projections.get(name)?.basis;
      return basis === undefined ? slots : { ...slots, "galore.basis": basis.data };
    }),
  };
}

/** @param match the matrices to project; by default all */
export function surrogateOf(
  [name, parameter]: readonly [name: string, Parameter],
  scope: MemoryScope | undefined,
  rank: number,
  match: Match | undefined,
): Member {
  const tensor = tensorOf(name, parameter, undefined);
  const { shape, length } = tensor;
  const projected =
    shape.length >= 2 && length > 0 && (match === undefined || matches(match, { name, shape }));
  const projection = projected
    ? new Projection(rowsOf(tensor), colsOf(tensor), rank, parameter.data)
    : undefined;
  const low = projection?.low ?? shape;
  const surrogate = { data: allocate(scope, parameter.data, elements(low)), shape: low };
  return { name, parameter, surrogate, projection };
}

/** @throws {BindingError} if no matrix matches, which must be a mistake */
export function checkMatch(members: readonly Member[], match: Match | undefined): void {
  if (match !== undefined && members.every(({ projection }) => projection === undefined)) {
    const names = members.map(({ name }) => name).join(", ");
    throw new BindingError(`galore: match (${match}) matches no matrix of ${names}`);
  }
}

/**
 * A gradient in the parameter's type. A gradient in another type is copied.
 * @param engine an engine of that type
 * @throws {GradientError} if it cannot be projected
 */
export function wholeOf(
  { name, parameter: { data } }: Member,
  source: GradientSource | null,
  engine: MatrixEngine,
): FloatArray {
  checkWhole(name, data, source);
  if (source.constructor === data.constructor) {
    return source as FloatArray;
  }
  const copy = engine.scratch(use.given, 1, data.length);
  copy.data.set(source);
  return copy.data;
}

function checkWhole(
  name: string,
  { length }: FloatArray,
  source: GradientSource | null,
): asserts source is ArrayLike<number> {
  if (typeof source !== "object" || source === null) {
    throw new GradientError(
      `the gradient of \`${name}\` is not an array of numbers, but ${source === null ? "null" : `a ${typeof source}`}`,
    );
  }
  if ("gather" in source) {
    throw new GradientError(
      `galore: the gradient of \`${name}\` cannot be sparse: it is projected as a whole`,
    );
  }
  if (typeof source?.length !== "number") {
    throw new GradientError(`the gradient of \`${name}\` is not an array of numbers`);
  }
  if (source.length !== length) {
    throw new GradientError(
      `the gradient of \`${name}\` has ${source.length} elements, the parameter has ${length}`,
    );
  }
  for (let i = 0; !ArrayBuffer.isView(source) && i < length; i++) {
    if (typeof source[i] !== "number") {
      const nested = typeof source[i] === "object" ? ": pass all rows in one flat array" : "";
      throw new GradientError(
        `the gradient of \`${name}\` has no number at element ${i}, but ${source[i] === null ? "null" : typeof source[i]}${nested}`,
      );
    }
  }
}

/** The error for a gradient with an element that is not finite. */
export function notFinite(step: number, name: string, gradient: FloatArray): GradientError {
  const bad = gradient.findIndex((value) => !Number.isFinite(value));
  return new GradientError(
    `step ${step}: the gradient of \`${name}\` has ${gradient[bad]} at element ${bad}; nothing was updated`,
  );
}

/** Saves the directions of these members, and returns a function that restores them. */
export function keepBases(members: readonly Member[]): () => void {
  const kept = members.flatMap(({ projection }) =>
    projection === undefined
      ? []
      : [[projection.basis.data, projection.basis.data.slice()] as const],
  );
  return () => {
    for (const [data, before] of kept) {
      data.set(before);
    }
  };
}
