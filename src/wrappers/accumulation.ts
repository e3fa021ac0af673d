/** Sums of gradients. */
import { defineTransform } from "../builtIn.ts";
import { joined, linksOf } from "../rule/define.ts";
import type { Rule, Select } from "../rule/definition.ts";
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

/** As `adding`, but for the parameters that a rule freezes: they need no gradients. */
export function whereTrained(rule: Rule, adding: Rule): Rule {
  if (rule.select === undefined) {
    return adding;
  }
  const [all] = linksOf([adding]);
  const select: Select = (pick) => (rule.select!(pick) === undefined ? undefined : all!(pick));
  return joined([adding], select, rule.assigner);
}

/** Not in a rule, so that the rule reports the norm of the mean, and takes it without a trace. */
export function divide(array: FloatArray, by: number): void {
  for (let index = 0; index < array.length; index++) {
    array[index] = array[index]! / by;
  }
}
