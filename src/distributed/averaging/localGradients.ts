/** The gradients of this rank in a step. They are checked before ranks communicate. */

import { type RowGradient, sparseMark } from "../../runtime/binding/callRecord.ts";
import { type Tensor, tensorOf } from "../../runtime/binding/tensor.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import { GradientError } from "../../runtime/errors.ts";
import { type GradientSource, Gradients } from "../../runtime/gradients/gradients.ts";
import type { SparseGradient } from "../../runtime/gradients/sparse.ts";
import type { FloatArray, StoredElements } from "../../runtime/memory/memory.ts";
import { Scopes } from "../../runtime/memory/scopes.ts";
import { type AnyParameter, narrowNumbers } from "../../runtime/parameters.ts";
import type { RankGradients } from "./averager.ts";
import { arrayOf } from "./buckets.ts";

/** By the names of parameters. @inline */
export type NamedGradients = Readonly<Record<string, GradientSource | null | undefined>>;

const isSparse = (given: GradientSource): given is SparseGradient =>
  (given as { readonly [sparseMark]?: unknown })[sparseMark] === true;

const isRows = (taken: ArrayLike<number> | RowGradient | null | undefined): taken is RowGradient =>
  typeof taken === "object" && taken !== null && "rows" in taken;

/** Copies rows to their places in another array. @returns `into` */
export function scatterRows<A extends FloatArray>(
  { rows, values, width }: Pick<RowGradient, "rows" | "values" | "width">,
  placeOf: (row: number) => number,
  into: A,
): A {
  for (const [index, row] of rows.entries()) {
    into.set(values.subarray(index * width, (index + 1) * width), placeOf(row) * width);
  }
  return into;
}

export class LocalGradients implements RankGradients {
  readonly #parameters: Readonly<Record<string, AnyParameter>>;
  /** The parameters that have a gradient, sorted. */
  readonly names: readonly string[];
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #mayBeAbsent: boolean;
  /** Checks gradients with the same errors as an optimizer. */
  readonly #checks: Gradients;
  #taken: ReadonlyMap<string, ArrayLike<number> | RowGradient | null> = new Map();
  /** The numbers of gradients in 16 bits, in float32. */
  readonly #numbers = new Map<string, Float32Array>();
  /** The first number that is not finite, as a sentence. */
  nonFinite: string | undefined;

  /** @param mayBeAbsent whether a parameter may have no gradient in a step */
  constructor({ parameters, trained, memory }: AnyOptimizer, mayBeAbsent: boolean) {
    this.#parameters = parameters as Readonly<Record<string, AnyParameter>>;
    this.names = [...trained].sort();
    const tensors = Object.entries(this.#parameters).map(([name, parameter]) =>
      tensorOf(name, parameter, memory),
    );
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    // It allocates no arrays, so it needs no memory.
    const scopes = new Scopes(memory, { staged: 0, gathered: 0, arrays: 0, bytes: 0 });
    this.#checks = new Gradients(scopes, tensors, [], undefined);
    this.#mayBeAbsent = mayBeAbsent;
  }

  /**
   * Takes the gradients of a step.
   * @param own the arrays into which means are written. If one is passed as the gradient of another parameter, it is copied first
   * @throws {GradientError} if a gradient is missing, unknown, or of another length
   */
  take(given: NamedGradients, own: Readonly<Record<string, StoredElements>>): void {
    this.#checks.take(given);
    this.nonFinite = undefined;
    const owners = new Map<unknown, string>(
      Object.entries(own).map(([name, array]) => [array, name]),
    );
    const unaliased = (name: string) => {
      const owner = owners.get(given[name]);
      return owner === undefined || owner === name ? given[name] : own[owner]!.slice();
    };
    this.#taken = new Map(this.names.map((name) => [name, this.#checked(name, unaliased(name))]));
  }

  has(name: string): boolean {
    return this.#taken.get(name) !== null;
  }

  /** The rows of a sparse gradient; undefined if the gradient is whole or missing. */
  rowsOf(name: string): RowGradient | undefined {
    const taken = this.#taken.get(name);
    return isRows(taken) ? taken : undefined;
  }

  /** The whole gradient of a parameter. Rows that a sparse one does not have are zero. */
  gradientOf(name: string): ArrayLike<number> | null {
    const taken = this.#taken.get(name)!;
    if (!isRows(taken)) {
      return taken;
    }
    const { type, length } = this.#tensors.get(name)!;
    return scatterRows(taken, (row) => row, arrayOf(type, length));
  }

  reportNonFinite(name: string, from: number, to: number): void {
    const array = this.gradientOf(name);
    for (let i = from; array !== null && i < to; i++) {
      if (!Number.isFinite(array[i])) {
        this.report(name, array[i]!, i);
        return;
      }
    }
  }

  /** Notes a number that is not finite, if it is the first. @param element its index in the parameter */
  report(name: string, value: number, element: number): void {
    this.nonFinite ??= `the gradient of \`${name}\` has ${value} at element ${element}`;
  }

  #checked(
    name: string,
    given: GradientSource | null | undefined,
  ): ArrayLike<number> | RowGradient | null {
    const { storage } = this.#parameters[name]!;
    if (given === null || given === undefined) {
      if (this.#mayBeAbsent) {
        return null;
      }
      throw new GradientError(`the gradient of \`${name}\` is missing (see skipAbsent)`);
    }
    if (isSparse(given)) {
      return given.gather(this.#tensors.get(name)!);
    }
    return storage === undefined ? given : this.#decoded(name, storage, given);
  }

  #decoded(
    name: string,
    storage: NonNullable<AnyParameter["storage"]>,
    given: ArrayLike<number>,
  ): ArrayLike<number> {
    const into = this.#numbers.get(name) ?? new Float32Array(given.length);
    this.#numbers.set(name, into);
    return narrowNumbers.value(storage, given, into);
  }
}
