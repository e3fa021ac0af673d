/**
 * Which reductions go row by row: the one thing that a rule's text does not say. A loop by rows
 * leaves one partial result for each row and another loop one for each block, and which of them
 * makes a reduction depends on what else it does. Programs know it by the place in the text that
 * their node stems from; of several places that mean the same node, the first.
 */
import { loopsOf, type Program } from "../../src/rule/program.ts";

const placeOf = (rule: string, { start, end }: { start: number; end: number }): string =>
  `${rule} ${start} ${end}`;

export class ReductionOrders {
  readonly #places: readonly ReadonlyMap<string, boolean>[];
  /** By what is reduced, for each tensor. */
  readonly #known: readonly Map<string, boolean>[];
  readonly #keys = new Map<string, string>();

  /** @param programs of each tensor */
  constructor(programs: readonly Program[]) {
    this.#places = programs.map(
      (program) =>
        new Map(
          loopsOf(program).flatMap(({ loop: { byRows, reductions } }) =>
            reductions.flatMap(({ node: { origin } }) =>
              origin === undefined ? [] : [[placeOf(origin.rule, origin.span), byRows] as const],
            ),
          ),
        ),
    );
    this.#known = programs.map(() => new Map());
  }

  /** Whether there is anything to know. */
  get matter(): boolean {
    return this.#places.some((places) => [...places.values()].includes(true));
  }

  /** A short name for something that has a long one. */
  key(text: string): string {
    const key = this.#keys.get(text) ?? `#${this.#keys.size}`;
    this.#keys.set(text, key);
    return key;
  }

  /** Known of all places only when the whole text has been gone through once. */
  isByRows(
    tensor: number,
    key: string,
    rule: string,
    span: { readonly start: number; readonly end: number },
  ): boolean {
    const here = this.#places[tensor]?.get(placeOf(rule, span));
    if (here !== undefined) this.#known[tensor]!.set(key, here);
    return this.#known[tensor]?.get(key) ?? false;
  }
}
