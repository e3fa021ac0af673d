/** Noise for gradients, in a rule or before any optimizer. */
import { defineTransform } from "../builtIn.ts";
import { chain } from "../rule/define.ts";
import type { Rule, Schedule } from "../rule/definition.ts";
import { fromTheStart } from "../runtime/binding/ages.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import type { FloatArray } from "../runtime/memory/memory.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import { type Parameter, type ParameterSource, parameters } from "../runtime/parameters.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { ResumePoint } from "../runtime/state/restore.ts";
import { mapped } from "../runtime/state/state.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { Wrapper } from "./wrapper.ts";

/** Within a rule. */
export const noise = defineTransform({
  name: "privacyNoise",
  hyper: { deviation: 1 },
  rule: "g = g + deviation * randomNormal()",
});

/** Makes arrays of what they are given as gradients, with noise: the same draws, for those of another part are others. */
const blurred = defineTransform({
  name: "privacyNoise",
  hyper: { deviation: 1 },
  rule: "p = g + deviation * randomNormal()",
});

/** Adds noise to whole gradients that are passed to it. */
export class Noisy extends Wrapper implements AnyOptimizer {
  readonly #blurring: Optimizer;
  /** What it leaves, by parameter. */
  readonly #blurred: Readonly<Record<string, FloatArray>>;

  constructor(
    inner: AnyOptimizer,
    deviation: Schedule,
    { seed, threads, backend }: Pick<OptimizeOptions, "seed" | "threads" | "backend">,
  ) {
    super(inner);
    const all = inner.trained.map((name): [string, Parameter] => [name, inner.parameters[name]!]);
    const arrays = Object.fromEntries(
      all.map(([name, parameter]) => [name, arrayLike(parameter)] as const),
    );
    this.#blurred = mapped(arrays, ({ data }) => data);
    this.#blurring = optimize(arrays as ParameterSource, chain(blurred({ deviation })) as Rule, {
      // What is not finite is for the optimizer within to refuse.
      nonFinite: "allow",
      ...(seed !== undefined && { seed }),
      ...(threads !== undefined && { threads }),
      ...(backend !== undefined && { backend }),
    });
  }

  step(
    gradients: Readonly<Record<string, GradientSource | null | undefined>> = this.gradients,
    inputs?: StepInputs,
  ): StepReport {
    // Draws are of the update, also of one that is made again.
    const { steps } = this.inner;
    if (this.#blurring.steps !== steps) {
      this.#blurring.resumeAt(pointAt(steps));
    }
    const given = this.trained.map((name) => [name, gradients[name]] as const);
    this.#blurring.step(Object.fromEntries(given));
    return this.inner.step(this.#blurred, inputs);
  }

  bindTo(net: ParameterSource): AnyOptimizer {
    return this.inner.bindTo(net);
  }

  override dispose(): void {
    this.#blurring.dispose();
    super.dispose();
  }
}

const pointAt = (step: number): ResumePoint => ({
  ...{ step, skippedSteps: 0, begun: fromTheStart },
  ...{ counters: {}, schedules: [], nested: {} },
});

/** An array of the same length and type. */
function arrayLike({ data, shape }: Parameter): Parameter {
  const single = data.BYTES_PER_ELEMENT === Float32Array.BYTES_PER_ELEMENT;
  return parameters({ it: shape }, { type: single ? "float32" : "float64" }).it;
}
