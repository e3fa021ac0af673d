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
 * An optimizer whose state has, for each matrix, the size of a few rows or columns.
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
  /** All but frozen ones. */
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

  /** Write gradients here before `step()`: an array of each parameter's length and type. */
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
   * @param gradients as for `Optimizer.step`, but no sparse ones of matrices that are projected
   * @param inputs what else the rule reads
   * @returns the report of the optimizer within, of `optimize` the same object at each step; `gradientNorm` is that of projected gradients
   * @throws {GradientError} and others as `Optimizer.step`
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport {
    this.#decays.begin(this.steps + 1);
    // A step that is not made leaves the directions as they were.
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
   * As `state()`, with the arrays themselves; of matrices, arrays of the projected size, and the directions as
   * `galore.basis`, shorter side × rank.
   */
  override stateViews(): OptimizerState {
    return withBases(super.stateViews(), this.#members);
  }

  /** Throws where it cannot stand around such rules: asked before hyperparameters are set. */
  checkPlans(plans: readonly Plan[]): void {
    checkPlans(plans, this.#decays);
  }

  /** Gives back the memory of gradients and state; the parameters stay. */
  override dispose(): void {
    super.dispose();
    this.#scope?.dispose();
  }

  /** Steps from zero, and moves the parameters by where that leads, if it is an update. */
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
   * Whether the next gradient is one to take new directions of: the first of an update, since all of one sum are to be
   * along the same ones, or the first one of a matrix that has none yet, since it joined the run.
   */
  #isDue({ projection }: Pick<Member, "projection">): boolean {
    const isTime = this.pending === 0 && this.steps % this.#every === 0;
    return projection !== undefined && (isTime || projection.isBlank);
  }

  /** What the inner step is given: for matrices its own arrays, which hold what was projected. */
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
      // For the inner step to skip, or to let through.
      low.fill(Number.NaN);
      return;
    }
    if (this.#isDue({ projection })) {
      projection!.refresh(this.#engineOf("float64"), gradient);
    }
    projection!.project(this.#engineFor(gradient), gradient, low);
  }

  /** Moves a parameter as its surrogate has moved. */
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
 * GaLore: steps each matrix within a space of few directions, those in which its gradient is largest,
 * so that any rule keeps state of `rank` rows or columns instead of all.
 *
 * The gradient G of a matrix that is no higher than wide becomes Pᵀ G, of others G P, where the columns of P
 * are the singular vectors of G of the `rank` largest singular values, taken anew every so many
 * updates. The rule steps by that, and its step goes back as P times it (or it times Pᵀ). Of more than two
 * dimensions the first counts as the rows. Vectors step as they are.
 *
 * Options: those of `optimize`; `rank` (default 128), `every` updates from one choice of directions to
 * the next (200), `scale` of the steps of matrices (1), `weightDecay` decoupled decay of the whole
 * parameters, times the learning rate (0), `match` which matrices are projected (all).
 *
 * Zhao et al., 2024, "GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection", algorithm
 * 2; its alpha is 0.25 with rates about ten times Adam's, here 1, so that a rate means what it means
 * elsewhere. State stays as it is when directions change, as in the paper and the authors' code.
 * optax.contrib.galore projects the longer side; for square matrices it is the same.
 *
 * @param net the parameters, as for `optimize`
 * @param rule such as `adam()`: it must not read the parameters, since it sees others in their stead;
 *   transforms in it see projected gradients. Or a function that makes the optimizer for these others, such as
 *   `(low) => accumulate(low, adam(), { steps: 4 })`: it has `groups` but for `weightDecay`, and `storage` then
 * @throws {BindingError} where the rule reads parameters or an option has no such value, and as
 *   `optimize`
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
