/** An optimizer's state as a value, with a reference count as jax-js arrays have. */
import { DisposedError } from "../runtime/errors.ts";
import type { Run } from "./run.ts";
import { type Leaves, rebuilt } from "./trees.ts";

/**
 * The state of an optimizer. `update` and `step` consume it, as they consume arrays, and return the next state. With `.ref`, the state
 * stays alive and can be stepped again. Two steps from one state give the same bits.
 *
 * Methods of a state do not consume it.
 *
 * @example
 * import { numpy } from "@jax-js/jax";
 * import { sgd } from "gradus";
 * import { gradus } from "gradus/jax-js";
 *
 * const gradients = { w: numpy.ones([2]) };
 * const optimizer = gradus(sgd({ lr: 0.1 }));
 * const state = optimizer.init({ w: numpy.zeros([2]) });
 * const [updates, next] = optimizer.update(gradients, state.ref);
 * updates.w.js(); // [-0.1, -0.1]
 * state.refCount; // 1: without .ref, update would have consumed it
 * [state, next].forEach((each) => each.dispose());
 */
export class GradusState<O = unknown, P = unknown> implements Disposable {
  readonly #run: Run<O>;
  readonly #tree: P;
  #references = 1;

  /** @internal Made by `init`, `update` and `step`. @param tree with the structure of the parameters */
  constructor(run: Run<O>, tree: P) {
    this.#run = run;
    this.#tree = tree;
  }

  /** Another reference to this state, for a call that would consume the last one. */
  get ref(): this {
    this.#assertAlive("ref");
    this.#references += 1;
    return this;
  }

  /** How many times it can be consumed. */
  get refCount(): number {
    return this.#references;
  }

  /**
   * The optimizer of Gradus, for functions that take one: `setHyper`, `saveCheckpoint`, `loadCheckpoint`, `stepsOf`. On a GPU it is an
   * optimizer of `gradus/webgpu`. Changes apply to this state and to those that follow from it. Do not call its `step`.
   *
   * From then on, steps copy all parameters that they are given, because the optimizer's own may have been changed here.
   */
  get optimizer(): O {
    this.#assertAlive("optimizer");
    this.#run.share();
    return this.#run.optimizer;
  }

  /** Copies of the parameters after the last step. After a checkpoint is loaded, these are the saved ones. */
  parameters(): P {
    this.#assertAlive("parameters");
    return this.#asTree(this.#run.copies());
  }

  /** Copies of the evaluation weights, such as the averages of `ema`. For rules without averages, these are the parameters. */
  evaluationParameters(): P {
    this.#assertAlive("evaluationParameters");
    const { optimizer } = this.#run as Run<unknown> as Run<{
      evaluate<T>(callback: () => T): T;
    }>;
    return this.#asTree(optimizer.evaluate(() => this.#run.copies()));
  }

  /** Removes a reference. Removing the last one frees memory and threads. */
  dispose(): void {
    this.#assertAlive("dispose");
    this.#references -= 1;
    if (this.#references === 0) {
      this.#run.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The text that jax-js puts into its error when a compiled function is given a state. */
  toString(): string {
    return "a state of Gradus, which compiled functions cannot take: compile the loss and its gradient, jit(valueAndGrad(loss)), and call update or step outside";
  }

  /** @internal The shapes and types of the parameters. */
  described(where: string): Run["parameters"] {
    this.#assertAlive(where);
    return this.#run.parameters;
  }

  /**
   * @internal Makes a step, which consumes the state. If there are other references, the step continues from a copy. A step that throws
   * consumes nothing.
   * @returns the next state, and the result of the step
   */
  advance<R>(where: string, step: (run: Run) => R): [GradusState<O, P>, R] {
    this.#assertAlive(where);
    const isLast = this.#references === 1;
    const run = isLast ? this.#run : this.#run.fork();
    try {
      const result = step(run);
      this.#references -= 1;
      return [new GradusState(run, this.#tree), result];
    } catch (error) {
      if (!isLast) {
        run.dispose();
      }
      throw error;
    }
  }

  #asTree(leaves: Leaves): P {
    return rebuilt(this.#tree, (name) => leaves.get(name)!);
  }

  #assertAlive(where: string): void {
    if (this.#references <= 0) {
      throw new DisposedError(
        `${where}: this state was consumed before; pass \`state.ref\` to the earlier call to keep it`,
      );
    }
  }
}
