/** Sharded state (ZeRO-1): each rank steps its part of the parameters, and keeps only the state of this part. */
import { hasEvaluation } from "../rule/definition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError, EvaluationError, GradientError, RestoreError } from "../runtime/errors.ts";
import type { Gradients } from "../runtime/gradients/gradients.ts";
import type { FloatArray, StoredElements } from "../runtime/memory/memory.ts";
import type { Scopes } from "../runtime/memory/scopes.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { AnyParameter, AnyParameterSource, ArraysOf } from "../runtime/parameters.ts";
import type { RankOptimizer } from "../runtime/ranks.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { RestoreOptions, RestorePlan, SavedState } from "../runtime/state/restore.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import { joinNorms, normIn } from "../runtime/step/norms.ts";
import { type MutableReport, reported, type StepReport } from "../runtime/step/report.ts";
import { withCleanup } from "../runtime/withCleanup.ts";
import { Averagers } from "./averaging/averager.ts";
import type { ShardOffsets } from "./averaging/buckets.ts";
import { averageRows } from "./averaging/rows.ts";
import { type Coroutine, runAsync, runSync } from "./coroutine.ts";
import { bucketEntriesOf } from "./dataParallel.ts";
import {
  DistributedOptimizer,
  type DistributedSource,
  type PresentGradients,
} from "./distributedOptimizer.ts";
import { broadcastFirstText, gatherNumbers } from "./gather.ts";
import { runSharded } from "./runSharded.ts";

/** The arguments of `ShardedOptimizer`. */
export interface ShardedSource extends DistributedSource {
  /** The optimizer of this rank's part. */
  readonly inner: Optimizer<AnyParameterSource>;
  /** The gradients of whole parameters. */
  readonly gradients: Gradients;
  /** The memory of whole gradients. */
  readonly scopes: Scopes;
  /** Where the shard of each rank begins, for each parameter. */
  readonly shardOffsets: ShardOffsets;
}

/**
 * An optimizer with sharded state: it updates all parameters, but keeps only the state of its rank's part.
 *
 * @example
 * const parts = inProcess(2).map(async (communicator) => {
 *   const net = parameters({ w: [1024] });
 *   const optimizer = optimize(net, adam(), { communicator, shardState: true });
 *   await optimizer.stepAsync({ w: new Float32Array(1024).fill(1) });
 *   const [from, to] = optimizer instanceof ShardedOptimizer ? optimizer.shard.w : [0, 1024];
 *   return to - from; // 512: the elements whose state this rank keeps
 * });
 * await Promise.all(parts);
 */
export class ShardedOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends DistributedOptimizer<P>
  implements RankOptimizer<P>
{
  readonly #shardOptimizer: Optimizer<AnyParameterSource>;
  readonly #gradients: Gradients;
  readonly #scopes: Scopes;
  readonly #shardOffsets: ShardOffsets;
  readonly #averagers: Averagers;

  /** @internal Made by `optimize` with `shardState`. */
  constructor(source: ShardedSource) {
    super(source);
    const { inner, communicator, settings, shardOffsets } = source;
    this.#shardOptimizer = inner;
    this.#gradients = source.gradients;
    this.#scopes = source.scopes;
    this.#shardOffsets = shardOffsets;
    const bytes = settings.bucketBytes;
    this.#averagers = new Averagers({
      communicator,
      entries: bucketEntriesOf(inner),
      bytes,
      shardOffsets,
    });
  }

  /** The part of this rank: for each trained parameter, elements `from` up to `to`. */
  get shard(): Readonly<Record<string, readonly [from: number, to: number]>> {
    return Object.fromEntries(
      [...this.#shardOffsets.keys()].map((name) => [name, this.#shardOf(name)]),
    );
  }

  /** Throws: with other parameters, each rank's part would change. */
  bindTo(_net: AnyParameterSource): AnyOptimizer {
    throw new BindingError(
      "with sharded state, parameters cannot be added, removed or replaced, because each rank's part would change; make a new optimizer with optimize()",
    );
  }

  /** Sets `gradients` to zero. */
  override zeroGradients(): void {
    this.#shardOptimizer.zeroGradients();
    this.#gradients.zero();
  }

  /**
   * Gives the state of this rank's part, as `state()` does, but with the arrays themselves instead of copies. `counters` say which part it is:
   * `shard.rank`, `shard.ranks`, and for each parameter `shard.from/w`, its first element. `shapes` are those of whole parameters.
   */
  override stateViews(): OptimizerState {
    const views = super.stateViews();
    return { ...views, counters: { ...views.counters, ...this.#shardCounters() } };
  }

  protected override shardLayout(): ReturnType<DistributedOptimizer["shardLayout"]> {
    const slots = new Map(
      this.plans.flatMap(({ program, tensors }) => {
        const names = new Set(program.slots.map(({ name }) => name));
        return tensors.map((tensor) => [tensor.name, names] as const);
      }),
    );
    return {
      counters: this.#shardCounters(),
      isSharded: (slot, parameter) => slots.get(parameter)?.has(slot) ?? false,
      // A state that is a single number belongs to the rank that has the parameter.
      ownerOf: (parameter) => {
        const offsets = this.#shardOffsets.get(parameter) ?? [];
        return Math.max(
          0,
          offsets.findIndex((from, rank) => from < (offsets[rank + 1] ?? from)),
        );
      },
    };
  }

  #shardCounters(): Readonly<Record<string, number>> {
    const { rank, size } = this.communicator;
    const from = [...this.#shardOffsets].map(
      ([name, offsets]) => [`shard.from/${name}`, offsets[rank]!] as const,
    );
    return { "shard.rank": rank, "shard.ranks": size, ...Object.fromEntries(from) };
  }

  /** @internal @throws {RestoreError} if the state is that of another part */
  override planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    const { counters } = this.stateViews();
    const differing = Object.keys(counters).find((key) => state?.counters?.[key] !== counters[key]);
    if (differing !== undefined) {
      const { "shard.rank": rank, "shard.ranks": ranks } = state?.counters ?? {};
      const of = rank === undefined ? "not sharded" : `of rank ${rank} of ${ranks}`;
      const { rank: own, size } = this.communicator;
      throw new RestoreError([
        `it is ${of}, but this is rank ${own} of ${size}, with another part of the parameters; use a checkpoint, which fits any number of ranks`,
      ]);
    }
    return super.planRestore(state, options);
  }

  /** Does what {@link Optimizer.evaluate} does. If the rule keeps averages to evaluate, all ranks must call it. */
  override evaluate<T>(callback: () => T): T {
    if (!this.#keepsAverages()) {
      return super.evaluate(callback);
    }
    if (!this.communicator.synchronous) {
      throw new EvaluationError(
        `evaluate: the transport (${this.communicator.transport}) is asynchronous; use await evaluateAsync() instead`,
      );
    }
    const gather = () => runSync(this.#gather());
    const evaluate = () => {
      gather();
      return callback();
    };
    // At the end, each rank first restores its part, and then all gather the parts.
    return withCleanup(() => super.evaluate(evaluate), gather);
  }

  /** Does what `evaluate` does, also with asynchronous transports. */
  override async evaluateAsync<T>(callback: () => T): Promise<Awaited<T>> {
    if (this.communicator.synchronous || !this.#keepsAverages()) {
      return await this.evaluate(callback);
    }
    try {
      return await super.evaluate(async () => {
        await runAsync(this.#gather());
        return await callback();
      });
    } finally {
      await runAsync(this.#gather());
    }
  }

  override dispose(): void {
    super.dispose();
    this.#scopes.dispose();
  }

  protected override ownGradients(): ArraysOf<P> {
    // Reading it throws if the optimizer was disposed.
    void this.#shardOptimizer.gradients;
    return this.#gradients.own as ArraysOf<P>;
  }

  protected override *update(
    { present, sparse }: PresentGradients,
    inputs: StepInputs,
  ): Coroutine<StepReport> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    const whole = this.#gradients.own as Readonly<Record<string, FloatArray>>;
    const shards = this.#shardOptimizer.gradients as Readonly<Record<string, FloatArray>>;
    yield* this.#averagers.except(sparse).average(this.local, (name) => whole[name]!);
    const rows =
      sparse.size > 0
        ? yield* averageRows(this.#averagers.source, this.local, all, sparse)
        : undefined;
    const meanOf = (name: string) => (sparse.has(name) ? rows!.meanOf(name) : shards[name]!);
    const means = Object.fromEntries(
      this.local.names.map((name) => [name, present.has(name) ? meanOf(name) : null]),
    );
    const isReady = this.#shardOptimizer.prepare(means, inputs);
    const { isRun, isOwn } = isReady
      ? yield* runSharded(this.communicator, this.#shardOptimizer.programs)
      : { isRun: false, isOwn: false };
    const report = isRun
      ? this.#shardOptimizer.end(true, means)
      : yield* this.#endWithoutUpdate(isOwn);
    if (isRun) {
      yield* this.#gather(sparse);
      if (rows !== undefined) {
        yield* rows.gather(all);
      }
      yield* this.#joinNorms(report as MutableReport);
    }
    if (this.zeroesGradients) {
      this.#gradients.zero();
    }
    return report;
  }

  #shardOf(name: string): readonly [from: number, to: number] {
    const { rank } = this.communicator;
    const offsets = this.#shardOffsets.get(name)!;
    return [offsets[rank]!, offsets[rank + 1]!];
  }

  #keepsAverages(): boolean {
    return this.plans.some(({ rule }) => hasEvaluation(rule));
  }

  /** Gives each rank the parts of all others. @param excluded parameters that are left out */
  #gather(excluded: ReadonlySet<string> = new Set()): Coroutine<void> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    return this.#averagers.except(excluded).gather((name) => all[name]!.data as FloatArray);
  }

  /** @param isOwn whether the mean of this rank's part is the reason */
  *#endWithoutUpdate(isOwn: boolean): Coroutine<StepReport> {
    const whole = this.#gradients.own as Readonly<Record<string, StoredElements>>;
    for (const name of this.local.names) {
      const [from, to] = this.#shardOf(name);
      whole[name]!.fill(0, 0, from).fill(0, to);
    }
    try {
      return this.#shardOptimizer.end(false, whole);
    } catch (error) {
      if (!(error instanceof GradientError)) {
        throw error;
      }
      const refusal = yield* this.nonFiniteError(error);
      if (refusal !== error) {
        throw refusal;
      }
      const found = yield* broadcastFirstText(this.communicator, isOwn ? error.message : undefined);
      throw new GradientError(found?.text ?? error.message);
    }
  }

  /** Joins the norms of all ranks, if a rank has computed only those of its own part. */
  *#joinNorms({ numbers }: MutableReport): Coroutine<void> {
    const norms = this.plans.flatMap(({ program }) => normIn(program) ?? []);
    const [first] = norms;
    const isJoined = first === undefined || norms.every(({ site }) => site === first.site);
    if (!isJoined && norms.every(({ order }) => order === first.order)) {
      const all = yield* gatherNumbers(this.communicator, [numbers[reported.gradientNorm]!]);
      numbers[reported.gradientNorm] = joinNorms(first.order, all);
    }
  }
}
