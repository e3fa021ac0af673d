import type { Backend, ElementType } from "../compilers/backend.ts";
import { provideAll } from "../features.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import { GradientError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients.ts";
import type { Group } from "../runtime/groups.ts";
import { type FloatArray, type Memory, MemoryScope, memoryOf, typeOf } from "../runtime/memory.ts";
import { defaultBackend, optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { ArraysOf, ParameterSource, ParametersOf } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/report.ts";
import type { ResumePoint } from "../runtime/restore.ts";
import { Resumable } from "../runtime/resumable.ts";
import type { NonFinitePolicy, StepInputs } from "../runtime/settings.ts";
import type { OptimizerState } from "../runtime/state.ts";
import { describeParameters, tensorOf } from "../runtime/tensor.ts";
import { checkOptionsGiven, checkRule } from "./arguments.ts";
import { checkGalore, checkMovable, type GaloreOptions } from "./galoreOptions.ts";
import { type Decays, decaysOf, type Rates, withoutDecay } from "./lowRankRule.ts";
import {
  allocate,
  checkMatch,
  keepBases,
  type Member,
  moveBy,
  notFinite,
  shadowOf,
  wholeOf,
  withBases,
} from "./shadow.ts";

type Given = Readonly<Record<string, GradientSource | undefined>>;

/** An optimizer whose state has, for each matrix, the size of a few rows or columns. */
export class LowRankOptimizer<P extends ParameterSource = ParameterSource>
  extends Resumable
  implements Disposable
{
  /** The parameters, each with its shape. */
  readonly parameters: ParametersOf<P>;
  readonly #scope: MemoryScope | undefined;
  readonly #members: readonly Member[];
  /** All but frozen ones. */
  readonly #trained: readonly Member[];
  readonly #decays: Decays;
  /** Steps the shadows. */
  readonly #inner: Optimizer;
  readonly #backend: Backend;
  readonly #engines: { [type in ElementType]?: MatrixEngine } = {};
  readonly #every: number;
  readonly #scale: number;
  readonly #nonFinite: NonFinitePolicy;
  #gradients: Readonly<Record<string, FloatArray>> | undefined;

  /** @internal Made by `galore`. */
  constructor(net: P, rule: Rule, options: GaloreOptions) {
    super();
    const { rank = 128, every = 200, scale = 1, weightDecay = 0, match, ...settings } = options;
    checkGalore(options, { rank, every, scale });
    const described = checkMovable(describeParameters(net));
    const memory = described.map(([, { data }]) => memoryOf(data)).find(Boolean);
    this.parameters = Object.fromEntries(described) as ParametersOf<P>;
    this.#scope = memory && new MemoryScope(memory);
    this.#every = every;
    this.#scale = scale;
    this.#nonFinite = settings.nonFinite ?? "throw";
    this.#backend = settings.backend ?? defaultBackend;
    const groups = (settings.groups ?? []) as readonly Group[];
    try {
      this.#members = described.map((each) => shadowOf(each, this.#scope, rank, match));
      checkMatch(this.#members, match);
      const shadows = Object.fromEntries(this.#members.map(({ name, shadow }) => [name, shadow]));
      const tensors = this.#members.map(({ name, shadow }) => tensorOf(name, shadow, memory));
      this.#decays = decaysOf(tensors, rule, groups, weightDecay);
      this.#inner = optimize(shadows, rule, { ...settings, groups: withoutDecay(groups) });
      const { trained } = this.#inner;
      this.#trained = this.#members.filter(({ name }) => trained.includes(name));
    } catch (error) {
      this.#scope?.dispose();
      throw error;
    }
  }

  /** Write gradients here before `step()`: an array of each parameter's length and type. */
  get gradients(): ArraysOf<P> {
    const { gradients } = this.#inner;
    this.#gradients ??= Object.freeze(
      Object.fromEntries(
        this.#members.map(({ name, parameter, projection }) => {
          const { data } = parameter;
          return [name, projection ? allocate(this.#scope, data, data.length) : gradients[name]!];
        }),
      ),
    );
    return this.#gradients as ArraysOf<P>;
  }

  /** The memory that gradients and state live in. */
  get memory(): Memory {
    return this.#inner.memory;
  }

  /** The threads that may share long loops. */
  get mostThreads(): number {
    return this.#inner.mostThreads;
  }

  /** The number of updates made. */
  get steps(): number {
    return this.#inner.steps;
  }

  /** The number of steps that a gradient which was not finite has cost (`nonFinite: "skip"`). */
  get skippedSteps(): number {
    return this.#inner.skippedSteps;
  }

  /**
   * Updates all parameters once.
   *
   * @param gradients as for `Optimizer.step`, but no sparse ones of matrices that are projected
   * @param inputs what else the rule reads
   * @returns a report, the same object at each step; `gradientNorm` is that of projected gradients
   * @throws {GradientError} and others as `Optimizer.step`
   */
  step(
    gradients?: { readonly [K in keyof P]: GradientSource | undefined },
    inputs?: StepInputs,
  ): StepReport {
    this.#decays.begin(this.steps + 1);
    // A step that is not made leaves the directions as they were.
    const putBack = keepBases(this.#trained.filter((member) => this.#isDue(member)));
    let report: StepReport | undefined;
    try {
      const given = gradients === undefined ? this.#projectOwn() : this.#projectGiven(gradients);
      for (const { shadow } of this.#members) {
        shadow.data.fill(0);
      }
      report = this.#inner.step(given, inputs);
    } finally {
      if (report?.skipped !== false) {
        putBack();
      }
    }
    if (!report.skipped) {
      const { lrs } = report;
      this.#trained.forEach((member) => void this.#displace(member, lrs));
    }
    return report;
  }

  /** Sets `gradients` to zero. */
  zeroGradients(): void {
    for (const gradient of Object.values(this.gradients as Record<string, FloatArray>)) {
      gradient.fill(0);
    }
  }

  /**
   * @see Resumable.stateViews; of matrices, arrays of the projected size, and the directions as
   * `galore.basis`, shorter side × rank.
   */
  override stateViews(): OptimizerState {
    return withBases(this.#inner.stateViews(), this.#members);
  }

  /** @internal */
  override resumeAt(point: ResumePoint): void {
    this.#inner.resumeAt(point);
  }

  /** Runs a callback with the parameters as they are: rules that keep averages are refused. */
  evaluate<T>(callback: () => T): T {
    return this.#inner.evaluate(callback);
  }

  /** Copies of the parameters, by name. */
  evaluation(): ArraysOf<P> {
    const copies = this.#members.map(({ name, parameter }) => [name, parameter.data.slice()]);
    return this.evaluate(() => Object.fromEntries(copies)) as ArraysOf<P>;
  }

  /** Gives back the memory of gradients and state; the parameters stay. */
  dispose(): void {
    this.#inner.dispose();
    this.#scope?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether the next update takes new directions: also of a matrix that has none yet, since it joined the run. */
  #isDue({ projection }: Pick<Member, "projection">): boolean {
    return projection !== undefined && (this.steps % this.#every === 0 || projection.isBlank);
  }

  /** What the inner step is given: for matrices its own arrays, which hold what was projected. */
  #projectGiven(gradients: Given): Given {
    const given: Record<string, GradientSource | undefined> = { ...gradients };
    for (const member of this.#trained) {
      const source = given[member.name];
      if (member.projection !== undefined && source !== undefined) {
        this.#project(member, wholeOf(member, source, this.#engineFor(member.parameter.data)));
        given[member.name] = this.#inner.gradients[member.name]!;
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
    const low = this.#inner.gradients[name]!;
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

  /** Moves a parameter as its shadow has moved. */
  #displace({ name, parameter: { data }, shadow, projection }: Member, lrs: Rates): void {
    const share = this.#decays.shareOf(name, lrs);
    if (projection !== undefined) {
      projection.addBack(this.#engineFor(data), shadow.data, data, this.#scale, share);
      return;
    }
    moveBy(data, shadow.data, share);
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
 *   transforms in it see projected gradients
 * @throws {BindingError} where the rule reads parameters or an option has no such value, and as
 *   `optimize`
 * @example
 * const optimizer = galore(net, adam({ lr: 0.01 }), { rank: 1, every: 50, weightDecay: 0.1 });
 * optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
 * optimizer.state().parameters.w["adam.m"].length; // 3, of 6
 */
export function galore<P extends ParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H>,
  options: GaloreOptions<NoInfer<H>> = {},
): LowRankOptimizer<P> {
  checkRule("galore", rule);
  checkOptionsGiven("galore", options, "{ rank: 128 }");
  provideAll();
  return new LowRankOptimizer(net, rule, options as unknown as GaloreOptions);
}
