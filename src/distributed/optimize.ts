/** Implements `optimize` with a communicator. */
import type { Rule } from "../rule/definition.ts";
import type { Tensor } from "../runtime/binding/tensor.ts";
import { BindingError } from "../runtime/errors.ts";
import { Gradients } from "../runtime/gradients/gradients.ts";
import { memoryNeedsOf } from "../runtime/memory/optimizerMemory.ts";
import { Scopes } from "../runtime/memory/scopes.ts";
import {
  type DistributedOptions,
  type OptimizeOptions,
  optimize,
  sourceOf,
} from "../runtime/optimize.ts";
import { Optimizer } from "../runtime/optimizer.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import type { RankOptimizer } from "../runtime/ranks.ts";
import type { OptimizerSource } from "../runtime/settings.ts";
import { mapped } from "../runtime/state/state.ts";
import { orDispose } from "../wrappers/inner.ts";
import type { Communicator } from "./communicator.ts";
import { DataParallel } from "./dataParallel.ts";
import { type DistributedSource, rankSettings } from "./distributedOptimizer.ts";
import { ShardedOptimizer, type ShardedSource } from "./sharded.ts";
import { shardOffsetsOf, shardOfPlan } from "./shards.ts";

const operations = ["allReduce", "reduceScatter", "allGather", "broadcast", "barrier", "abort"];

/** @throws {BindingError} if it is not a communicator */
function checkCommunicator(communicator: unknown): asserts communicator is Communicator {
  const missing = operations.find(
    (name) => typeof (communicator as Record<string, unknown>)[name] !== "function",
  );
  if (missing !== undefined) {
    throw new BindingError(
      `optimize: communicator must come from gradus/distributed, such as await connect(); this one has no \`${missing}\``,
    );
  }
}

/** Why the state cannot be sharded; undefined if it can. */
function problemOf({ tensors, plans }: OptimizerSource): string | undefined {
  const narrow = tensors.find(({ storage }) => storage);
  if (narrow !== undefined) {
    return `parameters in 16 bits, such as \`${narrow.name}\`, cannot be sharded; leave out shardState`;
  }
  const reduces = plans.some(({ rule, hyper, matrix }) =>
    rule.planner
      .evaluation(rule, hyper, matrix)
      ?.reductions.some(({ node }) => node.scope === "global"),
  );
  return reduces
    ? "the weights to evaluate depend on a sum over all parameters, which cannot be sharded; leave out shardState"
    : undefined;
}

type Common = Pick<
  DistributedSource,
  "communicator" | "settings" | "sharedOptions" | "mayBeAbsent"
>;

/** Binds a rule to this rank's part of the parameters. */
function sharded(source: OptimizerSource, common: Common): ShardedSource {
  const problem = problemOf(source);
  if (problem !== undefined) {
    throw new BindingError(`optimize: ${problem}`);
  }
  const { rank, size } = common.communicator;
  const scopes = new Scopes(source.home, { ...source.needs, bytes: 0 });
  const shardOffsets = shardOffsetsOf(source.plans, size);
  const plans = source.plans.map((plan) => shardOfPlan(plan, shardOffsets, rank, scopes));
  const shards = new Map(plans.flatMap(({ tensors }) => tensors.map((each) => [each.name, each])));
  const tensors = source.tensors.map((tensor): Tensor => shards.get(tensor.name) ?? tensor);
  const gradients = new Gradients(scopes, source.tensors, [], undefined);
  const own = mapped(gradients.own, (array, name) =>
    array.subarray(
      ...((shardOffsets.get(name)?.slice(rank, rank + 2) ?? []) as [number?, number?]),
    ),
  );
  const inner = new Optimizer<AnyParameterSource>({
    ...source,
    ...{ tensors, plans, needs: memoryNeedsOf(plans), gradients: Object.freeze(own) },
  });
  return { ...common, inner, gradients, scopes, shardOffsets };
}

/** @see optimize */
export function bindToRanks(
  net: AnyParameterSource,
  rule: Rule,
  options: DistributedOptions,
): RankOptimizer {
  const { communicator, shardState = false, checkEvery, bucketBytes, ...rest } = options;
  checkCommunicator(communicator);
  if (typeof shardState !== "boolean") {
    throw new BindingError(`optimize: shardState must be true or false, not ${String(shardState)}`);
  }
  const settings = rankSettings("optimize", {
    ...(checkEvery !== undefined && { checkEvery }),
    ...(bucketBytes !== undefined && { bucketBytes }),
  });
  const { nonFinite = "throw", absent } = rest;
  const sharedOptions = { shardState, nonFinite };
  const common = { communicator, settings, sharedOptions, mayBeAbsent: absent !== undefined };
  if (shardState) {
    const source = sharded(sourceOf(net, rule, rest), common);
    return orDispose(source.inner, () => new ShardedOptimizer(source));
  }
  const inner = optimize(net, rule, rest as OptimizeOptions);
  return orDispose(inner, () => new DataParallel({ ...common, inner }));
}
