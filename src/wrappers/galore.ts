import type { Backend, ElementType } from "../compilers/backend.ts";
import { provideAll } from "../features.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { GradientError } from "../runtime/errors.ts";
import type { GradientSource, StepGradients } from "../runtime/gradients/gradients.ts";
import { type FloatArray, type MemoryScope, typeOf } from "../runtime/memory/memory.ts";
import { defaultBackend } from "../runtime/optimize.ts";
import type { ArraysOf, ParameterSource, ParametersOf } from "../runtime/parameters.ts";
import type { NonFinitePolicy, StepInputs } from "../runtime/settings.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkOptionsGiven } from "./arguments.ts";
import type { GaloreOptions } from "./galoreOptions.ts";
import { checkRuleOrMaker, type MakeOptimizer } from "./inner.ts";
import { type LowRankSource, lowRankSource } from "./lowRank.ts";
import { checkPlans, type Decays, type Rates } from "./lowRankRule.ts";
import { isUpdate } from "./microStep.ts";
import {
  allocate,
  keepBases,
  type Member,
  moveBy,
  notFinite,
  wholeOf,
  withBases,
} from "./surrogate.ts";
import { Wrapper } from "./wrapper.ts";

type Given = Readonly<Record<string, GradientSource | null | undefined>>;

/**
 * An optimizer that keeps only a few rows or columns of state for each matrix.
 *
 * @example
 * const matrix = parameters({ w: [64, 32] });
 * const optimizer = galore(matrix, adam(), { rank: 4 });
 * optimizer.step({ w: new Float32Array(2048).fill(0.1) });
 * optimizer.state().parameters.w["adam.m"].length; // 256: 4 of 32 columns
 */
export class LowRankOptimizer<P extends ParameterSource = ParameterSource>
  extends Wrapper<P>
  implements AnyOptimizer<P>
{
  /** Binds the same rule with the same options to other parameters, from the first step. */
  readonly bindTo: <Q extends ParameterSource>(net: Q) => LowRankOptimizer<Q>;
  readonly #parameters: ParametersOf<P>;
  readonly #scope: MemoryScope | undefined;
  readonly #members: readonly Member[];
  /** All but frozen parameters. */
  readonly #trained: readonly Member[];
  readonly #decays: Decays;
  readonly #backend: Backend;
  readonly #engines: { [type in ElementType]?: MatrixEngine } = {};
  readonly #every: number;
  readonly #scale: number;
  readonly #nonFinite: NonFinitePolicy;
  #gradients: Readonly<Record<string, FloatArray>> | undefined;

  /** @internal Made by `galore`. */
  constructor(
    source: LowRankSource & { readonly bindTo: (net: ParameterSource) => unknown },
    options: GaloreOptions,
  ) {
    super(source.inner);
    const { every = 200, scale = 1, nonFinite = "throw", backend = defaultBackend } = options;
    this.bindTo = source.bindTo as typeof this.bindTo;
    this.#parameters = source.parameters as ParametersOf<P>;
    this.#scope = source.scope;
    this.#members = source.members;
    this.#decays = source.decays;
    this.#every = every;
    this.#scale = scale;
    this.#nonFinite = nonFinite;
    this.#backend = backend;
    const { trained } = this.inner;
    this.#trained = this.#members.filter(({ name }) => trained.includes(name));
  }

  /** The parameters, each with its shape. */
  override get parameters(): ParametersOf<P> {
    return this.#parameters;
  }

  /** Write gradients here before `step()`: one array per parameter, with its length and type. */
  override get gradients(): ArraysOf<P> {
    const { gradients } = this.inner;
    this.#gradients ??= Object.freeze(
      Object.fromEntries(
        this.#members.map(({ name, parameter, projection }) => {
          const { data } = parameter;
          return [
            name,
            projection ? allocate(this.#scope, data, data.length) : (gradients[name] as FloatArray),
          ];
        }),
      ),
    );
    return this.#gradients as ArraysOf<P>;
  }

  /**
   * Updates all parameters once.
   *
   * @param gradients as for `Optimizer.step`, but without sparse ones for projected matrices
   * @param inputs what else the rule reads
   * @returns the report of the optimizer inside; from `optimize`, the same object at each step. `gradientNorm` is the norm of
   *   projected gradients
   * @throws {GradientError} and others as `Optimizer.step`
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport {
    this.#decays.begin(this.steps + 1);
    // If the step is not made, the old directions are restored.
    const putBack = keepBases(this.#trained.filter((member) => this.#isDue(member)));
    let report: StepReport | undefined;
    try {
      const given = gradients === undefined ? this.#projectOwn() : this.#projectGiven(gradients);
      report = this.#stepInner(() => this.inner.step(given, inputs));
    } finally {
      if (report?.skipped !== false) {
        putBack();
      }
    }
    if (gradients === undefined && this.zeroesGradients) {
      this.zeroGradients();
    }
    return report;
  }

  override flush(): StepReport {
    if (this.pending > 0) {
      this.#decays.begin(this.steps + 1);
    }
    return this.#stepInner(() => super.flush());
  }

  /** Sets `gradients` to zero. */
  override zeroGradients(): void {
    for (const gradient of Object.values(this.gradients as Record<string, FloatArray>)) {
      gradient.fill(0);
    }
  }

  /**
   * The same as `state()`, but with the arrays themselves. For matrices these have the projected size; `galore.basis` are the
   * directions, shorter side × rank.
   */
  override stateViews(): OptimizerState {
    return withBases(super.stateViews(), this.#members);
  }

  /** Throws if it cannot wrap such rules. `setHyper` calls it before it changes anything. */
  checkPlans(plans: readonly Plan[]): void {
    checkPlans(plans, this.#decays);
  }

  /** Frees the memory of gradients and state; the parameters stay. */
  override dispose(): void {
    super.dispose();
    this.#scope?.dispose();
  }

  /** Steps from zero. If the step is an update, it moves the parameters by the result. */
  #stepInner(step: () => StepReport): StepReport {
    for (const { surrogate } of this.#members) {
      surrogate.data.fill(0);
    }
    const report = step();
    if (isUpdate(report)) {
      const { lrs } = report;
      this.#trained.forEach((member) => void this.#displace(member, lrs));
    }
    return report;
  }

  /**
   * Whether to take new directions from the next gradient. This is so for the first gradient of an update (all gradients of a sum
   * need the same directions), and for a matrix without directions, because it has joined the run.
   */
  #isDue({ projection }: Pick<Member, "projection">): boolean {
    const isTime = this.pending === 0 && this.steps % this.#every === 0;
    return projection !== undefined && (isTime || projection.isBlank);
  }

  /** The gradients for the inner step. For matrices these are its own arrays, with the projected gradients. */
  #projectGiven(gradients: Given): Given {
    const given: Record<string, Given[string]> = { ...gradients };
    for (const member of this.#trained) {
      const source = given[member.name];
      if (member.projection !== undefined && source !== undefined) {
        this.#project(member, wholeOf(member, source, this.#engineFor(member.parameter.data)));
        given[member.name] = this.inner.gradients[member.name] as FloatArray;
      }
    }
    return given;
  }

  #projectOwn(): undefined {
    if (this.#gradients === undefined) {
      throw new GradientError(
        "there are no gradients yet: write them into `gradients`, or pass them to `step`",
      );
    }
    for (const member of this.#trained) {
      if (member.projection !== undefined) {
        this.#project(member, this.#gradients[member.name]!);
      }
    }
    return undefined;
  }

  #project({ name, projection }: Member, gradient: FloatArray): void {
    const low = this.inner.gradients[name] as FloatArray;
    if (!gradient.every(Number.isFinite)) {
      if (this.#nonFinite === "throw") {
        throw notFinite(this.steps + 1, name, gradient);
      }
      // So that the inner step skips it or lets it through.
      low.fill(Number.NaN);
      return;
    }
    if (this.#isDue({ projection })) {
      projection!.refresh(this.#engineOf("float64"), gradient);
    }
    projection!.project(this.#engineFor(gradient), gradient, low);
  }

  /** Moves a parameter by the displacement of its surrogate. */
  #displace({ name, parameter: { data }, surrogate, projection }: Member, lrs: Rates): void {
    const share = this.#decays.shareOf(name, lrs);
    if (projection !== undefined) {
      projection.addBack(this.#engineFor(data), surrogate.data, data, this.#scale, share);
      return;
    }
    moveBy(data, surrogate.data, share);
  }

  #engineOf(type: ElementType): MatrixEngine {
    return (this.#engines[type] ??= this.#backend.matrices(type));
  }

  #engineFor(array: FloatArray): MatrixEngine {
    return this.#engineOf(typeOf(array));
  }
}

/**
 * GaLore: steps each matrix in a space of a few directions, in which its gradient is largest. So any rule keeps state for `rank`
 * rows or columns instead of all.
 *
 * The gradient G becomes Pᵀ G if the matrix has no more rows than columns, and G P otherwise. The columns of P are the singular
 * vectors of G for the `rank` largest singular values, computed anew every `every` updates. The rule makes a step with the result, and
 * the step is projected back: P times it, or it times Pᵀ. If there are more than two dimensions, the first one counts as the rows.
 * Vectors step without projection.
 *
 * Options: those of `optimize`; `rank` (default 128), `every` updates from one choice of directions to the next (200), `scale` of
 * the steps of matrices (1), `weightDecay` decoupled decay of the whole parameters, times the learning rate (0), `match` which
 * matrices are projected (all).
 *
 * Zhao et al., 2024, "GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection", algorithm 2. Its alpha is 0.25 with
 * rates about ten times Adam's; here it is 1, so that a rate has its usual meaning. State stays as it is when directions change, as
 * in the paper and the authors' code. optax.contrib.galore projects the longer side; for square matrices it is the same.
 *
 * @param net the parameters, as for `optimize`
 * @param rule such as `adam()`. It must not read the parameters, because it only sees surrogates; its transforms see projected
 *   gradients. Or a function that makes the optimizer for the surrogates, such as `(low) => accumulate(low, adam(), { steps: 4 })`;
 *   you then pass `groups` (except for `weightDecay`) and `storage` to it
 * @throws {BindingError} if the rule reads parameters or an option is invalid, and as `optimize`
 * @example
 * const optimizer = galore(net, adam({ lr: 0.01 }), { rank: 1, every: 50, weightDecay: 0.1 });
 * optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
 * optimizer.state().parameters.w["adam.m"].length; // 3, of 6
 */
export function galore<P extends ParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H> | MakeOptimizer<ParametersOf<P>>,
  options: GaloreOptions<NoInfer<H>> = {},
): LowRankOptimizer<P> {
  const common = options as unknown as GaloreOptions;
  checkRuleOrMaker("galore", rule, { storage: common?.storage });
  checkOptionsGiven("galore", options, "{ rank: 128 }");
  provideAll();
  const bindTo = (other: ParameterSource) => galore(other as P, rule, options);
  return new LowRankOptimizer<P>({ ...lowRankSource(net, rule as Rule, common), bindTo }, common);
}
