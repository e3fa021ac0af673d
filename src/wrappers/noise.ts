/** Adds noise to gradients, as a part of a rule or before any optimizer. */
import { defineTransform } from "../builtIn.ts";
import { chain } from "../rule/define.ts";
import type { Rule, Schedule } from "../rule/definition.ts";
import { fromTheStart } from "../runtime/binding/ages.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import type { FloatArray } from "../runtime/memory/memory.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import {
  type AnyParameter,
  narrowNumbers,
  type Parameter,
  type ParameterSource,
  parameters,
} from "../runtime/parameters.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { ResumePoint } from "../runtime/state/restore.ts";
import { mapped } from "../runtime/state/state.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { Wrapper } from "./wrapper.ts";

/** Noise as a part of a rule. */
export const noise = defineTransform({
  name: "privacyNoise",
  hyper: { deviation: 1 },
  rule: "g = g + deviation * randomNormal()",
});

/** Writes gradients with noise to other arrays. It has the name of `noise`, because draws depend on the name. */
const blurred = defineTransform({
  name: "privacyNoise",
  hyper: { deviation: 1 },
  rule: "p = g + deviation * randomNormal()",
});

/** Adds noise to the whole gradients that it gets. */
export class Noisy extends Wrapper implements AnyOptimizer {
  readonly #blurring: Optimizer;
  /** The gradients with noise, by parameter. */
  readonly #blurred: Readonly<Record<string, FloatArray>>;

  constructor(
    inner: AnyOptimizer,
    deviation: Schedule,
    { seed, threads, backend }: Pick<OptimizeOptions, "seed" | "threads" | "backend">,
  ) {
    super(inner);
    const arrays = Object.fromEntries(
      inner.trained.map((name) => [name, arrayLike(inner.parameters[name]!)] as const),
    );
    this.#blurred = mapped(arrays, ({ data }) => data);
    this.#blurring = optimize(arrays as ParameterSource, chain(blurred({ deviation })) as Rule, {
      // The optimizer inside refuses gradients that are not finite.
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
    // Draws depend on the number of the update, so a repeated update draws the same.
    const { steps } = this.inner;
    if (this.#blurring.steps !== steps) {
      this.#blurring.resumeAt(pointAt(steps));
    }
    const given = this.trained.map((name) => [
      name,
      numbersIn(this.parameters[name]!, gradients[name]),
    ]);
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

/** Decodes a gradient in 16 bits, because the noise is computed with numbers. */
const numbersIn = ({ storage }: AnyParameter, gradient: GradientSource | null | undefined) =>
  storage && gradient instanceof Uint16Array ? narrowNumbers.value(storage, gradient) : gradient;

/** An array of the same length, in the type of computations. */
function arrayLike({ data, shape }: AnyParameter): Parameter {
  const type = data.BYTES_PER_ELEMENT === 8 ? "float64" : "float32";
  return parameters({ it: shape }, { type }).it;
}
