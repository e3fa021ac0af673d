/** Rules that add up gradients. */
import { defineTransform } from "../builtIn.ts";
import { frozen } from "../rule/define.ts";
import type { Rule } from "../rule/definition.ts";
import { partition } from "../rule/partition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { FloatArray } from "../runtime/memory/memory.ts";

/**
 * Adds up gradients. A rule must change parameters, so the text has a case that does; `still`, which is always true, selects the
 * other one, and kernels do not touch the parameters.
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

/** The same for gradients with a norm below a limit: `taken` is 0 if they were left out. */
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

/** @param skipAbove gradients with this norm or more are left out; undefined for no limit */
export const addingBelow = (skipAbove: number | undefined): Rule =>
  skipAbove === undefined ? accumulation() : accumulationBelow({ skipAbove });

/** The rule `adding`, except for parameters that no step changes: they need no gradients. */
export function whereTrained({ parameters, trained }: AnyOptimizer, adding: Rule): Rule {
  const names = new Set(trained);
  return Object.keys(parameters).every((name) => names.has(name))
    ? adding
    : partition([{ match: (name) => !names.has(name), rule: frozen }], adding);
}

/** Not a part of the rule, so that the rule reports the norm of the mean, and its state has no trace of the division. */
export function divide(array: FloatArray, by: number): void {
  for (let index = 0; index < array.length; index++) {
    array[index] = array[index]! / by;
  }
}
