/**
 * Which reductions go row by row: the one thing that a rule's text does not say. A loop by rows
 * leaves one partial result for each row and another loop one for each block, and which of them
 * makes a reduction depends on what else it does. Programs know it by the place in the text that
 * their node stems from; of several places that mean the same node, the first.
 */
import { loopsOf, type Program, rescue } from "../../src/rule/planning/program.ts";

/** How a program reduces something. */
export interface ReductionForm {
  readonly byRows: boolean;
  /** Of a norm: whether it is exact at once, and whether what takes it once more goes row by row. */
  readonly exact: boolean;
  readonly rescueByRows: boolean;
}

const plain: ReductionForm = { byRows: false, exact: false, rescueByRows: false };

const placeOf = (rule: string, { start, end }: { start: number; end: number }): string =>
  `${rule} ${start} ${end}`;

export class ReductionOrders {
  readonly #places: readonly ReadonlyMap<string, ReductionForm>[];
  /** By what is reduced, for each tensor. */
  readonly #known: readonly Map<string, ReductionForm>[];
  readonly #keys = new Map<string, string>();

  /** @param programs of each tensor */
  constructor(programs: readonly Program[]) {
    this.#places = programs.map((program) => {
      const places = new Map<string, ReductionForm>();
      for (const { loop } of loopsOf(program)) {
        for (const { node } of loop.reductions) {
          if (node.origin === undefined) continue;
          const place = placeOf(node.origin.rule, node.origin.span);
          const known = places.get(place) ?? plain;
          const { byRows, exact = false, stage } = loop;
          places.set(
            place,
            stage === rescue ? { ...known, rescueByRows: byRows } : { ...known, byRows, exact },
          );
        }
      }
      return places;
    });
    this.#known = programs.map(() => new Map());
  }

  /** Whether there is anything to know. */
  get matter(): boolean {
    return this.#places.some((places) =>
      [...places.values()].some(({ byRows, rescueByRows }) => byRows || rescueByRows),
    );
  }

  /** A short name for something that has a long one. */
  key(text: string): string {
    const key = this.#keys.get(text) ?? `#${this.#keys.size}`;
    this.#keys.set(text, key);
    return key;
  }

  /** Known of all places only when the whole text has been gone through once. */
  formOf(
    tensor: number,
    key: string,
    rule: string,
    span: { readonly start: number; readonly end: number },
  ): ReductionForm {
    const here = this.#places[tensor]?.get(placeOf(rule, span));
    if (here !== undefined) this.#known[tensor]!.set(key, here);
    return this.#known[tensor]?.get(key) ?? plain;
  }
}
