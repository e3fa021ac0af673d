/**
 * Where the steps of optimizers are made. Weights and gradients lie in this worker's memory, where losses and gradients are
 * computed; a step is made there on the processor, or on a GPU (`gpu.ts`).
 */
import { type Optimizer, optimize, type Parameter, type Rule } from "gradus";

export type Numbers = Float32Array | Float64Array;
export type Net<A extends Numbers> = Readonly<Record<string, Parameter<A>>>;

/** Makes the steps of one optimizer. */
export interface Steps<A extends Numbers> {
  /** What has the weights, and takes their gradients: a tape can be made of it. */
  readonly trainable: Optimizer<Net<A>>;
  /** Settled when it can begin, where that is not at once; rejected with what the library says against the rule. */
  readonly entered?: Promise<void>;
  /**
   * One step, by the gradients that are in `trainable.gradients`.
   * @returns a promise where the weights are another's until it is settled
   */
  step(loss: number): void | Promise<void>;
  /** Calls back with the weights that the rule has for evaluation in the place of the others. */
  evaluate<T>(callback: () => T): T;
  dispose(): void;
}

export interface Stepping {
  /** The most exact type that it computes in. */
  readonly type: "float32" | "float64";
  /** @throws what the library says of the rule, where it says so at once */
  bind<A extends Numbers>(net: Net<A>, rule: Rule, seed: number): Steps<A>;
}

class ProcessorSteps<A extends Numbers> implements Steps<A> {
  readonly trainable: Optimizer<Net<A>>;

  constructor(net: Net<A>, rule: Rule, seed: number) {
    this.trainable = optimize(net, rule, { nonFinite: "allow", threads: 1, seed });
  }

  step(loss: number): void {
    this.trainable.step(undefined, { loss });
  }

  evaluate<T>(callback: () => T): T {
    return this.trainable.evaluate(callback);
  }

  dispose(): void {
    this.trainable.dispose();
  }
}

export const onProcessor: Stepping = {
  type: "float64",
  bind: (net, rule, seed) => new ProcessorSteps(net, rule, seed),
};
