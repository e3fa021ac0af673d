/** What one rank brings to a step: its own gradients, checked before ranks speak. */

import { type RowGradient, sparseMark } from "../../runtime/binding/callRecord.ts";
import { type Tensor, tensorOf } from "../../runtime/binding/tensor.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import { GradientError } from "../../runtime/errors.ts";
import { type GradientSource, Gradients } from "../../runtime/gradients/gradients.ts";
import type { SparseGradient } from "../../runtime/gradients/sparse.ts";
import type { FloatArray, StoredElements } from "../../runtime/memory/memory.ts";
import { Scopes } from "../../runtime/memory/scopes.ts";
import { type AnyParameter, narrowNumbers } from "../../runtime/parameters.ts";
import type { Given } from "./averager.ts";
import { arrayOf } from "./buckets.ts";

/** By the names of parameters. @inline */
export type Passing = Readonly<Record<string, GradientSource | null | undefined>>;

const isSparse = (given: GradientSource): given is SparseGradient =>
  (given as { readonly [sparseMark]?: unknown })[sparseMark] === true;

const isRows = (taken: ArrayLike<number> | RowGradient | null | undefined): taken is RowGradient =>
  typeof taken === "object" && taken !== null && "rows" in taken;

/** Copies rows to their places. @returns `into` */
export function spread<A extends FloatArray>(
  { rows, values, width }: RowGradient,
  placeOf: (row: number) => number,
  into: A,
): A {
  for (const [index, row] of rows.entries()) {
    into.set(values.subarray(index * width, (index + 1) * width), placeOf(row) * width);
  }
  return into;
}

export class LocalGradients implements Given {
  readonly #parameters: Readonly<Record<string, AnyParameter>>;
  /** The parameters that have a gradient, sorted. */
  readonly names: readonly string[];
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #mayBeAbsent: boolean;
  readonly #rowsRefused: string | undefined;
  /** Says what is wrong with them, as an optimizer does. */
  readonly #checks: Gradients;
  #taken: ReadonlyMap<string, ArrayLike<number> | RowGradient | null> = new Map();
  /** The numbers of gradients that are bits. */
  readonly #numbers = new Map<string, Float32Array>();
  /** What was found first that is not finite, in a sentence. */
  notFinite: string | undefined;

  /**
   * @param mayBeAbsent whether a parameter may have none at a step
   * @param rowsRefused why it may not be of some rows, if it may not
   */
  constructor(
    { parameters, trained, memory }: AnyOptimizer,
    mayBeAbsent: boolean,
    rowsRefused: string | undefined,
  ) {
    this.#parameters = parameters as Readonly<Record<string, AnyParameter>>;
    this.names = [...trained].sort();
    const tensors = Object.entries(this.#parameters).map(([name, parameter]) =>
      tensorOf(name, parameter, memory),
    );
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    // It makes no arrays, so that it needs no memory.
    const scopes = new Scopes(memory, { staged: 0, gathered: 0, arrays: 0, bytes: 0 });
    this.#checks = new Gradients(scopes, tensors, [], undefined);
    this.#mayBeAbsent = mayBeAbsent;
    this.#rowsRefused = rowsRefused;
  }

  /**
   * Takes those of a step.
   * @param own the arrays that means are written to: one that is passed for another parameter is copied before that
   * @throws {GradientError} where one is missing, unknown, of another length, or of some rows where these are refused
   */
  take(given: Passing, own: Readonly<Record<string, StoredElements>>): void {
    this.#checks.take(given);
    this.notFinite = undefined;
    const owners = new Map<unknown, string>(
      Object.entries(own).map(([name, array]) => [array, name]),
    );
    const apart = (name: string) => {
      const owner = owners.get(given[name]);
      return owner === undefined || owner === name ? given[name] : own[owner]!.slice();
    };
    this.#taken = new Map(this.names.map((name) => [name, this.#checked(name, apart(name))]));
  }

  has(name: string): boolean {
    return this.#taken.get(name) !== null;
  }

  /** The rows that were given of a parameter; undefined where all of it was, or nothing. */
  rowsOf(name: string): RowGradient | undefined {
    const taken = this.#taken.get(name);
    return isRows(taken) ? taken : undefined;
  }

  /** The whole gradient of a parameter: rows that were not given are zero. */
  of(name: string): ArrayLike<number> | null {
    const taken = this.#taken.get(name)!;
    if (!isRows(taken)) {
      return taken;
    }
    const { type, length } = this.#tensors.get(name)!;
    return spread(taken, (row) => row, arrayOf(type, length));
  }

  look(name: string, from: number, to: number): void {
    const array = this.of(name);
    for (let i = from; array !== null && i < to; i++) {
      if (!Number.isFinite(array[i])) {
        this.report(name, array[i]!, i);
        return;
      }
    }
  }

  /** Notes a number that is not finite, if it is the first. @param element of the parameter */
  report(name: string, value: number, element: number): void {
    this.notFinite ??= `the gradient of \`${name}\` has ${value} at element ${element}`;
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
      if (this.#rowsRefused !== undefined) {
        throw new GradientError(`the gradient of \`${name}\` is sparse, and ${this.#rowsRefused}`);
      }
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
