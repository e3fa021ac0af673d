/** What one rank brings to a step: its own gradients, checked before ranks speak. */

import { sparseMark } from "../../runtime/binding/callRecord.ts";
import { tensorOf } from "../../runtime/binding/tensor.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import { GradientError } from "../../runtime/errors.ts";
import { type GradientSource, Gradients } from "../../runtime/gradients/gradients.ts";
import type { SparseGradient } from "../../runtime/gradients/sparse.ts";
import type { StoredElements } from "../../runtime/memory/memory.ts";
import { Scopes } from "../../runtime/memory/scopes.ts";
import { type AnyParameter, narrowNumbers } from "../../runtime/parameters.ts";
import type { Given } from "./averager.ts";

/** By the names of parameters. */
export type Passing = Readonly<Record<string, GradientSource | null | undefined>>;

const isSparse = (given: GradientSource): given is SparseGradient =>
  (given as { readonly [sparseMark]?: unknown })[sparseMark] === true;

export class LocalGradients implements Given {
  readonly #parameters: Readonly<Record<string, AnyParameter>>;
  /** The parameters that have a gradient, sorted. */
  readonly names: readonly string[];
  readonly #mayBeAbsent: boolean;
  /** Says what is wrong with them, as an optimizer does. */
  readonly #checks: Gradients;
  #arrays: ReadonlyMap<string, ArrayLike<number> | null> = new Map();
  /** The numbers of gradients that are bits. */
  readonly #numbers = new Map<string, Float32Array>();
  /** What was found first that is not finite, in a sentence. */
  notFinite: string | undefined;

  /** @param mayBeAbsent whether a parameter may have none at a step */
  constructor({ parameters, trained, memory }: AnyOptimizer, mayBeAbsent: boolean) {
    this.#parameters = parameters as Readonly<Record<string, AnyParameter>>;
    this.names = [...trained].sort();
    const tensors = Object.entries(this.#parameters).map(([name, parameter]) =>
      tensorOf(name, parameter, memory),
    );
    // It makes no arrays, so that it needs no memory.
    const scopes = new Scopes(memory, { staged: 0, gathered: 0, arrays: 0, bytes: 0 });
    this.#checks = new Gradients(scopes, tensors, [], undefined);
    this.#mayBeAbsent = mayBeAbsent;
  }

  /**
   * Takes those of a step.
   * @throws {GradientError} where one is missing, unknown, sparse or of another length
   */
  take(given: Passing | Readonly<Record<string, StoredElements>>): void {
    this.#checks.take(given);
    this.notFinite = undefined;
    this.#arrays = new Map(this.names.map((name) => [name, this.#checked(name, given[name])]));
  }

  of(name: string): ArrayLike<number> | null {
    return this.#arrays.get(name)!;
  }

  look(name: string, from: number, to: number): void {
    const array = this.#arrays.get(name);
    for (let i = from; array && this.notFinite === undefined && i < to; i++) {
      if (!Number.isFinite(array[i])) {
        this.notFinite = `the gradient of \`${name}\` has ${array[i]} at element ${i}`;
      }
    }
  }

  #checked(name: string, given: GradientSource | null | undefined): ArrayLike<number> | null {
    const { storage } = this.#parameters[name]!;
    if (given === null || given === undefined) {
      if (this.#mayBeAbsent) {
        return null;
      }
      throw new GradientError(`the gradient of \`${name}\` is missing (see skipAbsent)`);
    }
    if (isSparse(given)) {
      throw new GradientError(
        `the gradient of \`${name}\` is sparse, and ranks average whole gradients: pass all of its rows`,
      );
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
