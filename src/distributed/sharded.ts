/** Sharded state (ZeRO-1): each rank steps its part of the parameters, and keeps the state of that alone. */
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

/** What `shardState` has made. */
export interface ShardedSource extends RankedSource {
  /** Of this rank's part. */
  readonly inner: Optimizer<AnyParameterSource>;
  /** Whole ones. */
  readonly gradients: Gradients;
  /** What whole gradients have in memory. */
  readonly scopes: Scopes;
  readonly cuts: Cuts;
}

/** An optimizer of all parameters that keeps the state of its rank's part. */
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

  /** For each parameter that steps change, which elements are this rank's part: `[from, to]`. */
  get part(): Readonly<Record<string, readonly [from: number, to: number]>> {
    return Object.fromEntries([...this.#cuts.keys()].map((name) => [name, this.#partOf(name)]));
  }

  /** Is refused: a part of another net is another part. */
  bindTo(_net: AnyParameterSource): AnyOptimizer {
    throw new BindingError(
      "the state is sharded, and with other parameters each rank's part would be another: bind anew with optimize()",
    );
  }

  /** Sets `gradients` to zero. */
  override zeroGradients(): void {
    this.#part.zeroGradients();
    this.#gradients.zero();
  }

  /**
   * As `state()`, with the arrays themselves; arrays are of this rank's part. `counters` say which that is: `shard.rank`, `shard.ranks`, and for each
   * parameter `shard.from/w`, its first element. `shapes` are those of whole parameters.
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
      // A state of one number is where the parameter is.
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

  /** @internal @throws {RestoreError} where the state is that of another part */
  override planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    const { counters } = this.stateViews();
    const differing = Object.keys(counters).find((key) => state?.counters?.[key] !== counters[key]);
    if (differing !== undefined) {
      const { "shard.rank": rank, "shard.ranks": ranks } = state?.counters ?? {};
      const of = rank === undefined ? "not sharded" : `of rank ${rank} of ${ranks}`;
      const { rank: own, size } = this.communicator;
      throw new RestoreError([
        `it is ${of}, and this is rank ${own} of ${size}, with another part of the parameters`,
      ]);
    }
    return super.planRestore(state, options);
  }

  /** As {@link Optimizer.evaluate}; where there are averages to evaluate, all ranks call it. */
  override evaluate<T>(callback: () => T): T {
    if (!this.#hasOthers()) {
      return super.evaluate(callback);
    }
    if (!this.communicator.synchronous) {
      throw new EvaluationError(
        `evaluate: ranks speak by ${this.communicator.transport}, which is not done when a call returns: await evaluateAsync() in its place`,
      );
    }
    const gather = () => now(this.#gather());
    const evaluate = () => {
      gather();
      return callback();
    };
    // Parts are back first, and then given to all.
    return withCleanup(() => super.evaluate(evaluate), gather);
  }

  /** As `evaluate`, for transports that are not done when a call returns. */
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
    // Asked for, so that it throws where it was disposed.
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

  /** @param isOwn whether the mean of this rank's part is why */
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

  /** Where several parts of a rule take norms of other parameters each, a rank has taken those of its part. */
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
