/** A state as a value: what steps go on from, counted by references as arrays of jax-js are. */
import { DisposedError } from "../runtime/errors.ts";
import type { Run } from "./run.ts";
import { type Leaves, rebuilt } from "./trees.ts";

/**
 * What an optimizer has kept of the steps so far. `update` and `step` consume it, as they do arrays, and return the next one. With `.ref`
 * it stays: both then go on by themselves, and two steps from one state come to the same.
 *
 * What is called on a state itself leaves it alive.
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

  /** This state once more: for whatever would consume the last of it. */
  get ref(): this {
    this.#assertAlive("ref");
    this.#references += 1;
    return this;
  }

  /** How often it can be consumed. */
  get refCount(): number {
    return this.#references;
  }

  /**
   * Gradus' optimizer, for whatever takes one: `setHyper`, `saveCheckpoint`, `loadCheckpoint`, `stepsOf`. On a GPU that of
   * `gradus/webgpu`. What is changed there is changed for this state and those that come of it. Do not step it.
   *
   * From then on steps read all parameters that they are given, as these may have been changed here.
   */
  get optimizer(): O {
    this.#assertAlive("optimizer");
    this.#run.share();
    return this.#run.optimizer;
  }

  /** Copies of the parameters that the last step left: after a checkpoint was loaded those that were saved. */
  parameters(): P {
    this.#assertAlive("parameters");
    return this.#asTree(this.#run.copies());
  }

  /** Copies of the weights to evaluate, such as the averages that `ema` keeps; with other rules the parameters. */
  evaluationParameters(): P {
    this.#assertAlive("evaluationParameters");
    const { optimizer } = this.#run as Run<unknown> as Run<{
      evaluate<T>(callback: () => T): T;
    }>;
    return this.#asTree(optimizer.evaluate(() => this.#run.copies()));
  }

  /** Takes a reference away. With the last one memory and threads are given back. */
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

  /** What jax-js says where a compiled function is given a state. */
  toString(): string {
    return "a state of Gradus, which no compiled function takes: compile the loss and its gradient, jit(valueAndGrad(loss)), and call update or step outside";
  }

  /** @internal What the parameters are. */
  described(where: string): Run["parameters"] {
    this.#assertAlive(where);
    return this.#run.parameters;
  }

  /**
   * @internal Consumes it by a step. Where somebody holds it still, that goes on from a copy. A step that throws consumes nothing.
   * @returns the next state, and what the step returns
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
        `${where}: this state was consumed before; give \`state.ref\` to what shall leave it alive`,
      );
    }
  }
}
