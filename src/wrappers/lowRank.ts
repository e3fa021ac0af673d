/** Makes the surrogates for low-rank training, and the optimizer that steps them. */
import type { Rule } from "../rule/definition.ts";
import type { Group } from "../runtime/binding/groups.ts";
import { describeParameters, tensorOf } from "../runtime/binding/tensor.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";
import { MemoryScope, memoryOf } from "../runtime/memory/memory.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Parameter, ParameterSource } from "../runtime/parameters.ts";
import { checkGalore, checkMovable, type GaloreOptions } from "./galoreOptions.ts";
import { isMaker, type MakeOptimizer, made, orDispose } from "./inner.ts";
import { checkPlans, type Decays, decaysOf, withoutDecay } from "./lowRankRule.ts";
import { checkMatch, type Member, surrogateOf } from "./surrogate.ts";

export interface LowRankSource {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly scope: MemoryScope | undefined;
  readonly members: readonly Member[];
  readonly decays: Decays;
  /** The optimizer of the surrogates. */
  readonly inner: AnyOptimizer;
}

/** @throws {BindingError} if an option is invalid, a rule reads parameters, or an optimizer inside has already projected them */
export function lowRankSource(
  net: ParameterSource,
  rule: Rule | MakeOptimizer<never>,
  options: GaloreOptions,
): LowRankSource {
  const { rank = 128, every = 200, scale = 1, weightDecay = 0, match, ...settings } = options;
  checkGalore(options, { rank, every, scale });
  const described = checkMovable(describeParameters(net));
  const memory = described.map(([, { data }]) => memoryOf(data)).find(Boolean);
  const scope = memory && new MemoryScope(memory);
  const groups = (settings.groups ?? []) as readonly Group[];
  try {
    const members = described.map((each) => surrogateOf(each, scope, rank, match));
    checkMatch(members, match);
    const surrogates = Object.fromEntries(members.map(({ name, surrogate }) => [name, surrogate]));
    const tensors = members.map(({ name, surrogate }) => tensorOf(name, surrogate, memory));
    const decays = decaysOf(tensors, isMaker(rule) ? undefined : rule, groups, weightDecay);
    const stepping = isMaker(rule)
      ? made("galore", rule, surrogates)
      : optimize(surrogates, rule, { ...settings, groups: withoutDecay(groups) });
    return orDispose(stepping, (inner) => {
      refuseProjected(inner);
      checkPlans(inner.plans, decays);
      return { parameters: Object.fromEntries(described), scope, members, decays, inner };
    });
  } catch (error) {
    scope?.dispose();
    throw error;
  }
}

function refuseProjected(inner: AnyOptimizer): void {
  if (inner.ranks !== undefined) {
    throw new BindingError(
      "galore: each rank would choose directions from its own gradients: put the ranks outside, dataParallel(galore(net, rule), communicator)",
    );
  }
  const { parameters } = inner.stateViews();
  if (Object.values(parameters).some((slots) => "galore.basis" in slots)) {
    throw new BindingError(
      "galore: the gradient is projected already: use one galore, with the smaller `rank` of the two",
    );
  }
}
