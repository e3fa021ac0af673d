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
    const arrays = Object.fromEntries(
      inner.trained.map((name) => [name, arrayLike(inner.parameters[name]!)] as const),
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

/** A gradient of bits as the numbers that they stand for: what draws computes with numbers. */
const numbersIn = ({ storage }: AnyParameter, gradient: GradientSource | null | undefined) =>
  storage && gradient instanceof Uint16Array ? narrowNumbers.value(storage, gradient) : gradient;

/** An array of the same length, in the type that is computed in. */
function arrayLike({ data, shape }: AnyParameter): Parameter {
  const type = data.BYTES_PER_ELEMENT === 8 ? "float64" : "float32";
  return parameters({ it: shape }, { type }).it;
}
