/** Sums of gradients. */
import { defineTransform, joined, linksOf } from "../rule/define.ts";
import type { Rule } from "../rule/definition.ts";
import type { FloatArray } from "../runtime/memory.ts";

/**
 * Adds gradients up. A rule must change parameters; `still`, always true, decides that this one never
 * does, and its kernels do not touch them.
 */
export const accumulation = defineTransform({
  name: "accumulation",
  hyper: { still: true },
  state: { total: 0 },
  rule: `
    total = total + g
    p = where(still, p, p + g)
  `,
});

/** As `adding`, but for the parameters that a rule freezes: they need no gradients. */
export function whereTrained(rule: Rule, adding: Rule): Rule {
  if (rule.select === undefined) {
    return adding;
  }
  const [all] = linksOf([adding]);
  return joined([adding], (pick) => (rule.select!(pick) === undefined ? undefined : all!(pick)));
}

/** Not in a rule, so that the rule reports the norm of the mean, and takes it without a trace. */
export function divide(array: FloatArray, by: number): void {
  for (let index = 0; index < array.length; index++) {
    array[index] = array[index]! / by;
  }
}
