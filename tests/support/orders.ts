/**
 * Finds the reductions that go row by row, which a rule's text does not say. A loop by rows gives one partial result for each
 * row,
 * another loop one for each block, and the loop depends on what else it computes. Programs know it by the place in the text of a
 * node;
 * if several places mean the same node, by the first.
 */
import { loopsOf, type Program, rescue } from "../../src/rule/planning/program.ts";

/** How a program reduces something. */
export interface ReductionForm {
  readonly byRows: boolean;
  /** For a norm: whether it is computed exactly at once, and whether the loop that computes it again goes row by row. */
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

  /** Whether any reduction depends on this. */
  get matter(): boolean {
    return this.#places.some((places) =>
      [...places.values()].some(({ byRows, rescueByRows }) => byRows || rescueByRows),
    );
  }

  /** A short name for a long key. */
  key(text: string): string {
    const key = this.#keys.get(text) ?? `#${this.#keys.size}`;
    this.#keys.set(text, key);
    return key;
  }

  /** Complete for all places only after the whole text was read once. */
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
