/** Binds variables of TensorFlow.js' WebGPU backend, and updates them on its device, in its buffers. */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Rule } from "../../rule/definition.ts";
import { matches } from "../../runtime/binding/groups.ts";
import { BindingError } from "../../runtime/errors.ts";
import { type HyperSettings, type SetHyperOptions, setHyper } from "../../runtime/setHyper.ts";
import type { SavedState } from "../../runtime/state/restore.ts";
import type { OptimizerState } from "../../runtime/state/state.ts";
import type { StepReport } from "../../runtime/step/report.ts";
import { assertPresent } from "../../webgpu/device/scopes.ts";
import type { MovingOptimizer } from "../../webgpu/moving.ts";
import { optimizeNow } from "../../webgpu/optimizeNow.ts";
import type { VariableBinding, Variables } from "../binding.ts";
import type { GradusOptimizerOptions } from "../options.ts";
import { bufferOf, type WebgpuBackend, webgpuBackend } from "./backend.ts";
import { HeldVariables } from "./heldVariables.ts";
import { WaitingGradients } from "./waitingGradients.ts";
import { Watch } from "./watch.ts";

type Gradients = ReadonlyMap<string, Tensor>;

/**
 * Nothing is read back, and nothing waits for the device: gradients are read from TensorFlow.js' buffers, and values are
 * changed in place.
 * @see VariableBinding
 */
export class WebgpuBinding implements VariableBinding {
  readonly #backend: WebgpuBackend;
  readonly #variables: Map<string, Variable>;
  readonly #held: HeldVariables;
  readonly #moving: MovingOptimizer;
  readonly #watch: Watch | undefined;
  readonly #waiting: WaitingGradients;
  /** Settings so far, for variables that are added later. */
  readonly #settings: (readonly [HyperSettings, SetHyperOptions | undefined])[] = [];

  static readonly bind = (
    variables: Variables,
    rule: Rule,
    options: GradusOptimizerOptions,
  ): WebgpuBinding => new WebgpuBinding(variables, rule, options);

  private constructor(variables: Variables, rule: Rule, options: GradusOptimizerOptions) {
    const { accumulate = 1, threads: _, ...settings } = options;
    this.#backend = webgpuBackend();
    this.#waiting = new WaitingGradients(accumulate);
    this.#variables = new Map(variables);
    this.#held = new HeldVariables(this.#backend);
    this.#held.add(variables);
    try {
      this.#moving = optimizeNow(this.#backend.device, this.#placesOf(variables), rule, settings);
    } catch (error) {
      this.#held.release(variables.keys());
      throw error;
    }
    this.#watch = options.nonFinite === "allow" ? undefined : new Watch(this.#moving.optimizer);
  }

  get variables(): Variables {
    return this.#variables;
  }

  get steps(): number {
    return this.#moving.steps;
  }

  get pending(): number {
    return this.#waiting.count;
  }

  step(gradients: Gradients, loss?: Tensor): StepReport {
    if (loss !== undefined) {
      throw new BindingError(
        "on webgpu a rule cannot use the loss, which would have to be read back: use another rule, or another backend",
      );
    }
    // For a lost device, TensorFlow.js would report that a buffer is too large.
    assertPresent(this.#backend.device);
    this.#watch?.check();
    const ready = this.#waiting.take(gradients);
    if (ready !== undefined) {
      try {
        this.#update(ready);
      } finally {
        this.#waiting.release(ready);
      }
      this.#watch?.ask();
    }
    return this.#report();
  }

  add(variables: Variables): void {
    const more = new Map([...variables].filter(([name]) => !this.#variables.has(name)));
    this.#held.settle();
    this.#held.add(variables);
    for (const [name, variable] of variables) {
      this.#variables.set(name, variable);
    }
    if (more.size > 0) {
      this.#moving.add(this.#placesOf(more));
      for (const [settings, options] of this.#settings) {
        this.#set(settings, options);
      }
    }
  }

  remove(names: readonly string[]): void {
    this.#moving.remove(names);
    this.#held.release(names);
    for (const name of names) {
      this.#variables.delete(name);
    }
  }

  evaluationWeights(): Map<string, Tensor> {
    this.#held.settle();
    this.#moving.catchUp();
    return this.#moving.optimizer.evaluate(() => this.#held.copies());
  }

  setHyper(settings: HyperSettings, options?: SetHyperOptions): void {
    this.#moving.catchUp();
    setHyper(this.#moving.optimizer as never, settings, options);
    this.#settings.push([settings, options]);
  }

  async state(): Promise<OptimizerState> {
    this.#held.settle();
    this.#moving.catchUp();
    return await this.#moving.optimizer.readState();
  }

  restore(state: SavedState): void {
    this.#moving.restore(state);
    this.#waiting.clear();
  }

  dispose(): void {
    this.#moving.optimizer.dispose();
    this.#held.release(this.#variables.keys());
    this.#waiting.clear();
  }

  #update(gradients: Gradients): void {
    // Gradients go to the device before buffers are assigned, because a gradient may be a variable's own tensor.
    for (const gradient of gradients.values()) {
      bufferOf(this.#backend, gradient);
    }
    this.#held.settle();
    const places = [...gradients].map(
      ([name, gradient]) => [name, { buffer: bufferOf(this.#backend, gradient) }] as const,
    );
    this.#moving.step(Object.fromEntries(places));
    this.#held.renew(gradients.keys());
  }

  #set(settings: HyperSettings, options: SetHyperOptions | undefined): void {
    const { match } = options ?? {};
    const named = [...this.#variables].map(([name, { shape }]) => ({ name, shape }));
    if (match === undefined || named.some((each) => matches(match, each))) {
      setHyper(this.#moving.optimizer as never, settings, options);
    }
  }

  #placesOf(variables: Variables) {
    return Object.fromEntries(
      [...variables.keys()].map((name) => [name, this.#held.parameterOf(name)]),
    );
  }

  /** What the host knows; for the rest, the device would have to be asked. */
  #report(): StepReport {
    const { updates, rates } = this.#moving.optimizer.asked;
    return {
      step: updates,
      get lr() {
        return rates().lr;
      },
      get lrs() {
        return rates().lrs;
      },
      gradientNorm: undefined,
      skipped: false,
    };
  }
}
