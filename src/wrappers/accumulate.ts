import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";
import { optimize } from "../runtime/optimize.ts";
import type { AnyParameterSource, ParameterSource } from "../runtime/parameters.ts";
import { Accumulator } from "./accumulator.ts";
import { checkOptionsGiven, checkRule } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";
import {
  checkRuleOrMaker,
  isMaker,
  type MakeOptimizer,
  made,
  orDispose,
  refuseChangingScale,
} from "./inner.ts";
import { type AccumulateOptions, everyOf, Waiting } from "./microStep.ts";

/**
 * Makes one update from the mean gradient of `steps` micro-steps: a large batch in the memory of a small one. Schedules, `t` and
 * `steps` count updates, not micro-steps.
 *
 * The mean is computed before the rule's first transform: the sum, divided by the number of micro-steps. A skipped micro-step
 * counts neither for the mean nor for `steps`. Rows of sparse gradients are added to a whole gradient, so the update moves every
 * row. It takes two more arrays per parameter: one for the sums, and one for their copy, which is restored if an update throws.
 *
 * Optax calls it MultiSteps, which keeps a running mean (use_grad_mean=False → `reduction: "sum"`, every_k_schedule → `steps`, from
 * 0 there, skip_large_updates → `skipAbove`, the root of its bound). In PyTorch you call `backward` several times, which gives the
 * sum, and divide the loss yourself. Keras has `gradient_accumulation_steps`. None of them has `each`.
 *
 * @param net the parameters, as for `optimize`
 * @param rule such as `adamw()`; or a function that makes the optimizer for updates, such as `(net) => galore(net, adam())`, to
 *   which you then pass `groups` and `storage`
 * @throws {BindingError} if `steps` is invalid, or the rule has an `unscale` whose scale may change, and as `optimize`
 * @example
 * const optimizer = accumulate(net, adamw(), { steps: 4 });
 * for (let i = 0; i < 10; i++) optimizer.step({ w: new Float32Array(6).fill(i), b: [1, 2, 3] });
 * optimizer.flush(); // the last two
 * optimizer.steps; // 3
 */
export function accumulate<P extends AnyParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H> | MakeOptimizer<P>,
  options: AccumulateOptions<NoInfer<H>>,
): Accumulator<P> {
  const common = options as unknown as AccumulateOptions;
  checkRuleOrMaker("accumulate", rule, options ?? {});
  checkOptionsGiven("accumulate", options, "{ steps: 4 }");
  const { each, steps, reduction = "mean", skipAbove, ...settings } = common;
  if (!["mean", "sum"].includes(reduction)) {
    throw new BindingError(`accumulate: reduction must be "mean" or "sum", not "${reduction}"`);
  }
  if (skipAbove !== undefined) {
    checkNumbers("accumulate", { skipAbove: "(0, inf]" }, { skipAbove });
  }
  if (each !== undefined) {
    checkRule("accumulate", each, "`each`");
  }
  everyOf(steps);
  const updating: AnyOptimizer = isMaker(rule)
    ? made("accumulate", rule, net)
    : optimize(net, rule as Rule, settings);
  const instead = "write `each: unscale(scale)` among the options, and none in the rule";
  const check = (plans: readonly Plan[]) =>
    steps === 1 ? undefined : refuseChangingScale("accumulate", plans, instead);
  const bindTo = (other: ParameterSource) => accumulate(other as P, rule, options);
  const given = { net, check, bindTo, options: common };
  return orDispose(updating, (inner) => {
    if (inner.ranks !== undefined && skipAbove !== undefined) {
      throw new BindingError(
        "accumulate: skipAbove would skip different micro-steps on each rank, and the ranks would update at different times: remove it",
      );
    }
    return new Accumulator<P>({ inner, waiting: new Waiting(), ...given });
  });
}
