/** Limits how much a step of a rule may do, so that no text takes minutes or gigabytes to plan and compile. */
import { RuleError } from "../errors.ts";
import type { Node, Origin } from "./graph.ts";

// Our longest chains, three parts and an optimizer, make 36 passes and compute 171 values.
export const maximumPasses = 250;
export const maximumComputed = 10_000;

const nowhere: Origin = { rule: "a rule", text: "", span: { start: 0, end: 0 } };

const hint =
  "Each pass recomputes what it needs from gradient and state: use fewer norms, sums and routines that depend on each other, or a shorter rule or chain";

/** Counts the work of a step's passes. */
export class Work {
  #passes = 0;
  #computed = 0;

  /**
   * Adds a pass.
   * @param computed how many values per element it reads, computes, reduces and stores
   * @param targets what the pass is for, which gives the error's place
   * @throws {RuleError} where it is too much
   */
  add(computed: number, targets: readonly Node[]): void {
    this.#passes += 1;
    this.#computed += computed;
    if (this.#passes > maximumPasses || this.#computed > maximumComputed) {
      const { rule, text, span } = targets.find(({ origin }) => origin)?.origin ?? nowhere;
      const problem =
        this.#passes > maximumPasses
          ? `a step may make ${maximumPasses} passes over memory, and this one needs more`
          : `a step may compute ${maximumComputed} values for each element, in all passes together, and up to pass ${this.#passes} there are more`;
      throw new RuleError(rule, `${problem}. ${hint}`, text, span);
    }
  }
}
