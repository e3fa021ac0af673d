/** Data parallel training: all ranks have all parameters, and step by the mean of their gradients. */
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
import type { Member } from "./averaging/buckets.ts";
import type { Passing } from "./averaging/localGradients.ts";
import { averageRows } from "./averaging/rows.ts";
import type { Communicator } from "./communicator.ts";
import type { Exchange } from "./exchange.ts";
import { type Brought, Ranked, type RankedSource, rankSettings } from "./ranked.ts";

/** The parameters whose gradients travel, by name. */
export function membersOf({ parameters, trained }: AnyOptimizer): Member[] {
  const all = parameters as Readonly<Record<string, AnyParameter>>;
  return [...trained].sort().map((name): Member => {
    const { data } = all[name]!;
    const type = data.BYTES_PER_ELEMENT === 8 ? "float64" : "float32";
    return { name, type, length: data.length };
  });
}

/** An optimizer that steps by the mean of the gradients of all ranks. */
export class DataParallel<P extends AnyParameterSource = AnyParameterSource>
  extends Ranked<P>
  implements RankOptimizer<P>
{
  readonly #source: Omit<RankedSource, "inner">;
  readonly #averagers: Averagers;
  /** The means of gradients that are kept in 16 bits. */
  readonly #numbers: Readonly<Record<string, Float32Array>>;

  /** @internal Made by `dataParallel` and `optimize`. */
  constructor(source: RankedSource) {
    super(source);
    const { inner, communicator, settings } = source;
    this.#source = source;
    const members = membersOf(inner);
    this.#averagers = new Averagers({ communicator, members, bytes: settings.bucketBytes });
    const all = inner.parameters as Readonly<Record<string, AnyParameter>>;
    const narrow = members.filter(({ name }) => all[name]!.storage);
    this.#numbers = Object.fromEntries(
      narrow.map(({ name, length }) => [name, new Float32Array(length)]),
    );
  }

  /** Makes the same of other parameters; all ranks do. */
  bindTo(net: AnyParameterSource): AnyOptimizer {
    return new DataParallel({ ...this.#source, inner: this.inner.bindTo(net) });
  }

  protected override ownGradients(): ArraysOf<P> {
    return this.inner.gradients as ArraysOf<P>;
  }

  protected override *update(
    { present, ofRows }: Brought,
    inputs: StepInputs,
  ): Exchange<StepReport> {
    const own = this.inner.gradients as Readonly<Record<string, StoredElements>>;
    const meanOf = (name: string) => (this.#numbers[name] ?? own[name]) as FloatArray;
    yield* this.#averagers.but(ofRows).average(this.local, meanOf);
    const means: Record<string, Passing[string]> = Object.fromEntries(
      this.local.names.map((name) => [name, present.has(name) ? meanOf(name) : null]),
    );
    if (ofRows.size > 0) {
      const all = this.parameters as Readonly<Record<string, AnyParameter>>;
      const rows = yield* averageRows(this.#averagers.source, this.local, all, ofRows);
      ofRows.forEach((name) => void (means[name] = rows.meanOf(name)));
    }
    try {
      return this.inner.step(means, inputs);
    } catch (error) {
      throw error instanceof GradientError ? yield* this.refusal(error) : error;
    }
  }
}

/** Why no ranks may stand around such an optimizer, if they may not. */
function problemOf(inner: AnyOptimizer): string | undefined {
  if (inner.ranks !== undefined) {
    return "this averages over ranks already: once is enough";
  }
  const within = (each: AnyOptimizer | undefined): boolean =>
    each !== undefined && (each instanceof Accumulator || within(each.inner));
  return (
    inner.outermost ??
    (within(inner)
      ? "gradients would travel at each micro-step: let accumulate be the outer one, accumulate(net, (own) => optimize(own, rule, { communicator }), { steps })"
      : undefined)
  );
}

/**
 * Has an optimizer step by the mean of the gradients of all ranks. At the start all get the parameters of rank 0, and compare what
 * they train. A step adds gradients in the tree of ranks and divides once, so that all ranks then do the same arithmetic with the same
 * numbers: norms, clips, steps that are left out and draws are equal on all.
 *
 * `optimize(net, rule, { communicator })` is this around `optimize(net, rule)`.
 *
 * @param optimizer what makes the updates, such as `galore(net, adam())`; it is this one's from now on
 * @throws {BindingError} where no ranks may stand around it, or an option is none
 * @throws {RankError} where ranks do not train the same, on all of them
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
  const given = { communicator, settings, given: {}, mayBeAbsent: false };
  return new DataParallel<P>({ inner: optimizer, ...given });
}
