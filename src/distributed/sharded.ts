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
import type { Cuts } from "./averaging/buckets.ts";
import { averageRows } from "./averaging/rows.ts";
import { membersOf } from "./dataParallel.ts";
import { type Exchange, firstSaid, gathered, later, now } from "./exchange.ts";
import { type Brought, Ranked, type RankedSource } from "./ranked.ts";
import { runTogether } from "./running.ts";

/** The arguments of `ShardedOptimizer`. */
export interface ShardedSource extends RankedSource {
  /** The optimizer of this rank's part. */
  readonly inner: Optimizer<AnyParameterSource>;
  /** The gradients of whole parameters. */
  readonly gradients: Gradients;
  /** The memory of whole gradients. */
  readonly scopes: Scopes;
  /** Where each parameter is cut into the parts of ranks. */
  readonly cuts: Cuts;
}

/**
 * An optimizer with sharded state: it updates all parameters, but keeps only the state of its rank's part.
 *
 * @example
 * const parts = inProcess(2).map(async (communicator) => {
 *   const net = parameters({ w: [1024] });
 *   const optimizer = optimize(net, adam(), { communicator, shardState: true });
 *   await optimizer.stepAsync({ w: new Float32Array(1024).fill(1) });
 *   const [from, to] = optimizer instanceof ShardedOptimizer ? optimizer.part.w : [0, 1024];
 *   return to - from; // 512: the elements whose state this rank keeps
 * });
 * await Promise.all(parts);
 */
export class ShardedOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Ranked<P>
  implements RankOptimizer<P>
{
  readonly #part: Optimizer<AnyParameterSource>;
  readonly #gradients: Gradients;
  readonly #scopes: Scopes;
  readonly #cuts: Cuts;
  readonly #averagers: Averagers;

  /** @internal Made by `optimize` with `shardState`. */
  constructor(source: ShardedSource) {
    super(source);
    const { inner, communicator, settings, cuts } = source;
    this.#part = inner;
    this.#gradients = source.gradients;
    this.#scopes = source.scopes;
    this.#cuts = cuts;
    const bytes = settings.bucketBytes;
    this.#averagers = new Averagers({ communicator, members: membersOf(inner), bytes, cuts });
  }

  /** The part of this rank: for each trained parameter, elements `from` up to `to`. */
  get part(): Readonly<Record<string, readonly [from: number, to: number]>> {
    return Object.fromEntries([...this.#cuts.keys()].map((name) => [name, this.#partOf(name)]));
  }

  /** Throws: with other parameters, each rank's part would change. */
  bindTo(_net: AnyParameterSource): AnyOptimizer {
    throw new BindingError(
      "with sharded state, parameters cannot be added, removed or replaced, because each rank's part would change; make a new optimizer with optimize()",
    );
  }

  /** Sets `gradients` to zero. */
  override zeroGradients(): void {
    this.#part.zeroGradients();
    this.#gradients.zero();
  }

  /**
   * Gives the state of this rank's part, as `state()` does, but with the arrays themselves instead of copies. `counters` say which part it is:
   * `shard.rank`, `shard.ranks`, and for each parameter `shard.from/w`, its first element. `shapes` are those of whole parameters.
   */
  override stateViews(): OptimizerState {
    const views = super.stateViews();
    return { ...views, counters: { ...views.counters, ...this.#partCounters() } };
  }

  protected override parts(): ReturnType<Ranked["parts"]> {
    const slots = new Map(
      this.plans.flatMap(({ program, tensors }) => {
        const names = new Set(program.slots.map(({ name }) => name));
        return tensors.map((tensor) => [tensor.name, names] as const);
      }),
    );
    return {
      counters: this.#partCounters(),
      isCut: (slot, parameter) => slots.get(parameter)?.has(slot) ?? false,
      // A state that is a single number belongs to the rank that has the parameter.
      ownerOf: (parameter) => {
        const cut = this.#cuts.get(parameter) ?? [];
        return Math.max(
          0,
          cut.findIndex((from, rank) => from < (cut[rank + 1] ?? from)),
        );
      },
    };
  }

  #partCounters(): Readonly<Record<string, number>> {
    const { rank, size } = this.communicator;
    const from = [...this.#cuts].map(([name, cut]) => [`shard.from/${name}`, cut[rank]!] as const);
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
    if (!this.#hasOthers()) {
      return super.evaluate(callback);
    }
    if (!this.communicator.synchronous) {
      throw new EvaluationError(
        `evaluate: the transport (${this.communicator.transport}) is asynchronous; use await evaluateAsync() instead`,
      );
    }
    const gather = () => now(this.#gather());
    const evaluate = () => {
      gather();
      return callback();
    };
    // At the end, each rank first restores its part, and then all gather the parts.
    return withCleanup(() => super.evaluate(evaluate), gather);
  }

  /** Does what `evaluate` does, also with asynchronous transports. */
  override async evaluateAsync<T>(callback: () => T): Promise<Awaited<T>> {
    if (this.communicator.synchronous || !this.#hasOthers()) {
      return await this.evaluate(callback);
    }
    try {
      return await super.evaluate(async () => {
        await later(this.#gather());
        return await callback();
      });
    } finally {
      await later(this.#gather());
    }
  }

  override dispose(): void {
    super.dispose();
    this.#scopes.dispose();
  }

  protected override ownGradients(): ArraysOf<P> {
    // Reading it throws if the optimizer was disposed.
    void this.#part.gradients;
    return this.#gradients.own as ArraysOf<P>;
  }

  protected override *update(
    { present, ofRows }: Brought,
    inputs: StepInputs,
  ): Exchange<StepReport> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    const whole = this.#gradients.own as Readonly<Record<string, FloatArray>>;
    const parts = this.#part.gradients as Readonly<Record<string, FloatArray>>;
    yield* this.#averagers.but(ofRows).average(this.local, (name) => whole[name]!);
    const rows =
      ofRows.size > 0
        ? yield* averageRows(this.#averagers.source, this.local, all, ofRows)
        : undefined;
    const meanOf = (name: string) => (ofRows.has(name) ? rows!.meanOf(name) : parts[name]!);
    const means = Object.fromEntries(
      this.local.names.map((name) => [name, present.has(name) ? meanOf(name) : null]),
    );
    const isReady = this.#part.prepare(means, inputs);
    const { isRun, isOwn } = isReady
      ? yield* runTogether(this.communicator, this.#part.programs)
      : { isRun: false, isOwn: false };
    const report = isRun ? this.#part.end(true, means) : yield* this.#refuse(isOwn);
    if (isRun) {
      yield* this.#gather(ofRows);
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

  #partOf(name: string): readonly [from: number, to: number] {
    const { rank } = this.communicator;
    const cut = this.#cuts.get(name)!;
    return [cut[rank]!, cut[rank + 1]!];
  }

  #hasOthers(): boolean {
    return this.plans.some(({ rule }) => hasEvaluation(rule));
  }

  /** Gives each rank the parts of all others. @param left parameters that are left out */
  #gather(left: ReadonlySet<string> = new Set()): Exchange<void> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    return this.#averagers.but(left).gather((name) => all[name]!.data as FloatArray);
  }

  /** @param isOwn whether the mean of this rank's part is the reason */
  *#refuse(isOwn: boolean): Exchange<StepReport> {
    const whole = this.#gradients.own as Readonly<Record<string, StoredElements>>;
    for (const name of this.local.names) {
      const [from, to] = this.#partOf(name);
      whole[name]!.fill(0, 0, from).fill(0, to);
    }
    try {
      return this.#part.end(false, whole);
    } catch (error) {
      if (!(error instanceof GradientError)) {
        throw error;
      }
      const refusal = yield* this.refusal(error);
      if (refusal !== error) {
        throw refusal;
      }
      const said = yield* firstSaid(this.communicator, isOwn ? error.message : undefined);
      throw new GradientError(said?.text ?? error.message);
    }
  }

  /** Joins the norms of all ranks, if a rank has computed only those of its own part. */
  *#joinNorms({ numbers }: MutableReport): Exchange<void> {
    const norms = this.plans.flatMap(({ program }) => normIn(program) ?? []);
    const [first] = norms;
    const isJoined = first === undefined || norms.every(({ site }) => site === first.site);
    if (!isJoined && norms.every(({ order }) => order === first.order)) {
      const all = yield* gathered(this.communicator, [numbers[reported.gradientNorm]!]);
      numbers[reported.gradientNorm] = joinNorms(first.order, all);
    }
  }
}
