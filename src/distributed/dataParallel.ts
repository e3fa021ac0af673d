/** Data parallel training: all ranks have all parameters, and step with the mean of their gradients. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError, GradientError } from "../runtime/errors.ts";
import type { FloatArray, StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameter, AnyParameterSource, ArraysOf } from "../runtime/parameters.ts";
import type { RankOptimizer, RankOptions } from "../runtime/ranks.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { Accumulator } from "../wrappers/accumulator.ts";
import { checkOptimizer } from "../wrappers/arguments.ts";
import { Averagers } from "./averaging/averager.ts";
import type { BucketEntry } from "./averaging/buckets.ts";
import type { NamedGradients } from "./averaging/localGradients.ts";
import { averageRows } from "./averaging/rows.ts";
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";
import {
  DistributedOptimizer,
  type DistributedSource,
  type PresentGradients,
  rankSettings,
} from "./distributedOptimizer.ts";

/** The parameters whose gradients ranks send, sorted by name. */
export function bucketEntriesOf({ parameters, trained }: AnyOptimizer): BucketEntry[] {
  const all = parameters as Readonly<Record<string, AnyParameter>>;
  return [...trained].sort().map((name): BucketEntry => {
    const { data } = all[name]!;
    const type = data.BYTES_PER_ELEMENT === 8 ? "float64" : "float32";
    return { name, type, length: data.length };
  });
}

/**
 * An optimizer that steps with the mean of the gradients of all ranks.
 *
 * @example
 * const moved = inProcess(2).map(async (communicator) => {
 *   const net = parameters({ w: [2] });
 *   const optimizer = optimize(net, sgd({ lr: 1 }), { communicator });
 *   await optimizer.stepAsync({ w: [communicator.rank, 4] });
 *   return net.w.data[0]; // -0.5
 * });
 * await Promise.all(moved);
 */
export class DataParallel<P extends AnyParameterSource = AnyParameterSource>
  extends DistributedOptimizer<P>
  implements RankOptimizer<P>
{
  readonly #source: Omit<DistributedSource, "inner">;
  readonly #averagers: Averagers;
  /** Holds the means of gradients that are kept in 16 bits, in float32. */
  readonly #numbers: Readonly<Record<string, Float32Array>>;

  /** @internal Made by `dataParallel` and `optimize`. */
  constructor(source: DistributedSource) {
    super(source);
    const { inner, communicator, settings } = source;
    this.#source = source;
    const entries = bucketEntriesOf(inner);
    this.#averagers = new Averagers({ communicator, entries, bytes: settings.bucketBytes });
    const all = inner.parameters as Readonly<Record<string, AnyParameter>>;
    const narrow = entries.filter(({ name }) => all[name]!.storage);
    this.#numbers = Object.fromEntries(
      narrow.map(({ name, length }) => [name, new Float32Array(length)]),
    );
  }

  /** Makes the same optimizer for other parameters. All ranks must call it. */
  bindTo(net: AnyParameterSource): AnyOptimizer {
    return new DataParallel({ ...this.#source, inner: this.inner.bindTo(net) });
  }

  protected override ownGradients(): ArraysOf<P> {
    return this.inner.gradients as ArraysOf<P>;
  }

  protected override *update(
    { present, sparse }: PresentGradients,
    inputs: StepInputs,
  ): Coroutine<StepReport> {
    const own = this.inner.gradients as Readonly<Record<string, StoredElements>>;
    const meanOf = (name: string) => (this.#numbers[name] ?? own[name]) as FloatArray;
    yield* this.#averagers.except(sparse).average(this.local, meanOf);
    const means: Record<string, NamedGradients[string]> = Object.fromEntries(
      this.local.names.map((name) => [name, present.has(name) ? meanOf(name) : null]),
    );
    if (sparse.size > 0) {
      const all = this.parameters as Readonly<Record<string, AnyParameter>>;
      const rows = yield* averageRows(this.#averagers.source, this.local, all, sparse);
      sparse.forEach((name) => void (means[name] = rows.meanOf(name)));
    }
    try {
      return this.inner.step(means, inputs);
    } catch (error) {
      throw error instanceof GradientError ? yield* this.nonFiniteError(error) : error;
    }
  }
}

/** Why `dataParallel` cannot wrap such an optimizer; undefined if it can. */
function problemOf(inner: AnyOptimizer): string | undefined {
  if (inner.ranks !== undefined) {
    return "the optimizer already averages over ranks; do not wrap it again";
  }
  const within = (each: AnyOptimizer | undefined): boolean =>
    each !== undefined && (each instanceof Accumulator || within(each.inner));
  return (
    inner.outermost ??
    (within(inner)
      ? "gradients would travel in each micro-step; put accumulate outside: accumulate(net, (own) => optimize(own, rule, { communicator }), { steps })"
      : undefined)
  );
}

/**
 * Wraps an optimizer for data-parallel training: it steps with the mean of the gradients of all ranks. At the start, ranks compare what they
 * train, and all get the parameters of rank 0. A step adds gradients in a fixed tree over ranks and divides once. Then all ranks do
 * the same arithmetic with the same numbers, so norms, clips, skipped steps and draws are equal on all.
 *
 * `optimize(net, rule, { communicator })` does the same around `optimize(net, rule)`.
 *
 * @param optimizer the optimizer that makes the updates, such as `galore(net, adam())`. The wrapper owns it from now on
 * @throws {BindingError} if such an optimizer cannot be wrapped, or an option is wrong
 * @throws {RankError} on all ranks, if they do not train the same
 * @example
 * const inner = galore(net, adam(), { rank: 1 });
 * const optimizer = dataParallel(inner, await connect());
 * optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * console.log(optimizer.ranks, optimizer.steps); // 1, 1
 */
export function dataParallel<P extends AnyParameterSource>(
  optimizer: AnyOptimizer<P>,
  communicator: Communicator,
  options: RankOptions = {},
): DataParallel<P> {
  checkOptimizer("dataParallel", optimizer, ["parameters", "step", "stateViews", "plans"]);
  const settings = rankSettings("dataParallel", options);
  const problem = problemOf(optimizer);
  if (problem !== undefined) {
    throw new BindingError(`dataParallel: ${problem}`);
  }
  const common = { communicator, settings, sharedOptions: {}, mayBeAbsent: false };
  return new DataParallel<P>({ inner: optimizer, ...common });
}
