/** Sums of gradients. */
import { defineTransform } from "../builtIn.ts";
import { frozen } from "../rule/define.ts";
import type { Rule } from "../rule/definition.ts";
import { partition } from "../rule/partition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { FloatArray } from "../runtime/memory/memory.ts";

/**
 * Adds gradients up. A rule must change parameters; `still`, always true, decides that this one never
 * does, and its kernels do not touch them.
 */
const accumulation = defineTransform({
  name: "accumulation",
  hyper: { still: true },
  state: { total: 0 },
  rule: `
    total = total + g
    p = where(still, p, p + g)
  `,
});

/** The same but for gradients whose norm is not below a number: `taken` is 0 where they were left out. */
const accumulationBelow = defineTransform({
  name: "accumulation",
  hyper: { still: true, skipAbove: 1 },
  ranges: { skipAbove: "(0, inf]" },
  state: { total: 0, taken: { kind: "scalar", initial: 0 } },
  rule: `
    isBelow = globalNorm(g) < skipAbove
    taken = where(isBelow, 1, 0)
    total = where(isBelow, total + g, total)
    p = where(still, p, p + g)
  `,
});

/** @param skipAbove from which norm on gradients are left out, if from any */
export const addingBelow = (skipAbove: number | undefined): Rule =>
  skipAbove === undefined ? accumulation() : accumulationBelow({ skipAbove });

/** As `adding`, but for the parameters that no step changes: they need no gradients. */
export function whereTrained({ parameters, trained }: AnyOptimizer, adding: Rule): Rule {
  const names = new Set(trained);
  return Object.keys(parameters).every((name) => names.has(name))
    ? adding
    : partition([{ match: (name) => !names.has(name), rule: frozen }], adding);
}

/** Not in a rule, so that the rule reports the norm of the mean, and takes it without a trace. */
export function divide(array: FloatArray, by: number): void {
  for (let index = 0; index < array.length; index++) {
    array[index] = array[index]! / by;
  }
}
