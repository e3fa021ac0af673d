/** Steps of TensorFlow.js' variables on its WebGPU backend: on its device, in its buffers. */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Rule } from "../rule/definition.ts";
import { GradientError } from "../runtime/errors.ts";
import { withCleanup } from "../runtime/withCleanup.ts";
import type { GpuOptimizer } from "../webgpu/optimizer.ts";
import { type GpuOptimizeNowOptions, optimizeNow } from "../webgpu/optimizeNow.ts";
import { HeldVariables } from "./heldVariables.ts";
import { bufferOf, type WebgpuBackend, webgpuBackend } from "./webgpuBackend.ts";

/** Gradients by the names of variables. */
export type Gradients = Readonly<Record<string, Tensor>>;

/** A rule bound to variables on the device that TensorFlow.js computes on. Nothing is read back, and nothing waited for. */
export class WebgpuSteps {
  readonly optimizer: GpuOptimizer;
  readonly #backend: WebgpuBackend;
  readonly #variables: readonly Variable[];
  readonly #held: HeldVariables;

  constructor(variables: readonly Variable[], rule: Rule, options: GpuOptimizeNowOptions = {}) {
    this.#backend = webgpuBackend();
    this.#variables = variables;
    this.#held = new HeldVariables(this.#backend, variables);
    try {
      const { device } = this.#backend;
      this.optimizer = optimizeNow(device, this.#held.parameters, rule, options);
    } catch (error) {
      this.#held.dispose();
      throw error;
    }
  }

  /** @throws {GradientError} where one is missing or of another shape */
  step(gradients: Gradients): void {
    const given = this.#variables.map((variable) => this.#gradientOf(variable, gradients));
    for (const gradient of given) {
      bufferOf(this.#backend, gradient);
    }
    this.#held.settle();
    // Whoever shares a tensor with a variable has another buffer by now.
    const places = this.#variables.map(
      ({ name }, index) => [name, { buffer: bufferOf(this.#backend, given[index]!) }] as const,
    );
    this.optimizer.step(Object.fromEntries(places));
    this.#held.renew();
  }

  /** Runs a callback with the weights to evaluate in the variables' place. @see GpuOptimizer.evaluate */
  evaluate<T>(callback: () => T): T {
    this.#held.settle();
    const evaluated = () => {
      this.#held.renew();
      return withCleanup(callback, () => this.#held.settle());
    };
    return withCleanup(
      () => this.optimizer.evaluate(evaluated),
      () => this.#held.renew(),
    );
  }

  dispose(): void {
    this.optimizer.dispose();
    this.#held.dispose();
  }

  #gradientOf({ name, shape }: Variable, gradients: Gradients): Tensor {
    const gradient = gradients[name];
    if (gradient === undefined) {
      throw new GradientError(`the gradient of \`${name}\` is missing`);
    }
    if (gradient.dtype !== "float32" || gradient.shape.join() !== shape.join()) {
      throw new GradientError(
        `the gradient of \`${name}\` is ${gradient.dtype} of shape [${gradient.shape}], not float32 of [${shape}]`,
      );
    }
    return gradient;
  }
}
