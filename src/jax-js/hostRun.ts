/** Steps on the CPU, for jax-js arrays on any device: gradients are read, and the results become new arrays. */
import { type Device, DType, defaultDevice, numpy } from "@jax-js/jax";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError } from "../runtime/errors.ts";
import type { FloatArray } from "../runtime/memory/memory.ts";
import { type AnyParameter, type AnyParameterSource, parameters } from "../runtime/parameters.ts";
import { givenAs, isSetting } from "../runtime/setting.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { Stateful } from "../runtime/state/stateful.ts";
import type { MakeOptimizer } from "../wrappers/inner.ts";
import { type Run, unchanged } from "./run.ts";
import type { Described, Leaf, Leaves } from "./trees.ts";

/** An optimizer on the CPU, or a wrapper around one. It can be saved. */
export type HostOptimizer = AnyOptimizer & Stateful;

/** One parameter, in jax-js and in Gradus. */
interface Held extends Described {
  readonly dtype: DType.Float32 | DType.Float64;
  readonly shape: number[];
  readonly device: Device;
  /** In Gradus' memory. */
  readonly data: FloatArray;
}

/** Reads an array. It stays alive. */
function read(where: string, name: string, leaf: Leaf): FloatArray {
  try {
    return leaf.ref.dataSync() as FloatArray;
  } catch (cause) {
    leaf.dispose();
    throw new BindingError(
      `${where}: \`${name}\` cannot be read: ${(cause as Error).message}. If jax-js computes in other threads, await blockUntilReady(gradients) first`,
      { cause },
    );
  }
}

function heldAs(name: string, { shape, dtype, device }: Leaf): Omit<Held, "data"> {
  if (dtype !== DType.Float32 && dtype !== DType.Float64) {
    throw new BindingError(
      `init: parameter \`${name}\` is ${dtype}, and must be float32 or float64: leave out of the tree what is not trained, and convert the rest with astype()`,
    );
  }
  if (dtype === DType.Float64 && !("Float16Array" in globalThis)) {
    throw new BindingError(
      `init: parameter \`${name}\` is float64, which jax-js has only with Float16Array: in Node from 24 on`,
    );
  }
  return { shape, dtype, device };
}

/** Zeros for all parameters, side by side in memory. */
function allocated(held: ReadonlyMap<string, Omit<Held, "data">>): Map<string, AnyParameter> {
  const all = new Map<string, AnyParameter>();
  for (const type of [DType.Float32, DType.Float64] as const) {
    const ofType = [...held].filter(([, { dtype }]) => dtype === type);
    const shapes = ofType.map(([name, { shape }]) => [name, shape] as const);
    for (const [name, parameter] of Object.entries(
      parameters(Object.fromEntries(shapes), { type: type as "float32" | "float64" }),
    )) {
      all.set(name, parameter);
    }
  }
  return all;
}

export class HostRun implements Run<HostOptimizer> {
  readonly optimizer: HostOptimizer;
  readonly parameters: ReadonlyMap<string, Held>;
  /** The arrays that have the present numbers of the parameters. */
  #known = new Map<string, Leaf>();
  #isShared = false;

  private constructor(
    held: ReadonlyMap<string, Omit<Held, "data">>,
    bind: (net: AnyParameterSource) => AnyOptimizer,
  ) {
    const arrays = allocated(held);
    this.parameters = new Map(
      [...held].map(([name, each]) => [
        name,
        { ...each, data: arrays.get(name)!.data as FloatArray },
      ]),
    );
    this.optimizer = bind(Object.fromEntries(arrays) as AnyParameterSource) as HostOptimizer;
  }

  /** Starts with these parameters. */
  static of(make: MakeOptimizer, leaves: Leaves): HostRun {
    const held = new Map([...leaves].map(([name, leaf]) => [name, heldAs(name, leaf)]));
    // State that starts from the parameters does so at the first step, after they are loaded.
    const run = new HostRun(held, make);
    run.#load("init", leaves);
    return run;
  }

  step(
    asked: "parameters" | "updates",
    gradients: Leaves,
    given: Leaves | undefined,
    inputs: StepInputs | undefined,
  ): Leaves {
    const { optimizer } = this;
    if (given !== undefined) {
      this.#load(asked, given);
    }
    const own = optimizer.gradients as Readonly<Record<string, FloatArray>>;
    for (const [name, leaf] of gradients) {
      own[name]?.set(read("update", name, leaf));
    }
    const before =
      asked === "updates"
        ? new Map([...this.parameters].map(([name, { data }]) => [name, data.slice()]))
        : undefined;
    const { steps } = optimizer;
    optimizer.step(undefined, inputs);
    const isMade = optimizer.steps > steps;
    if (before !== undefined) {
      this.#know(isMade ? new Map() : this.#known);
      return this.#made((name, data) => difference(data, before.get(name)!));
    }
    if (!isMade && given !== undefined) {
      return unchanged(given);
    }
    const made = this.copies();
    this.#know(made);
    return made;
  }

  copies(): Leaves {
    return this.#made((_, data) => data);
  }

  fork(): HostRun {
    const values = this.optimizer.plans.flatMap(({ hyper }) => [...hyper.values()]);
    if (values.some((each) => isSetting(each) && typeof givenAs(each) === "function")) {
      throw new BindingError(
        "a state that is kept with `.ref` cannot be stepped after setHyper has set a schedule, which cannot be copied: put the schedule into the rule",
      );
    }
    const run = new HostRun(this.parameters, (net) => this.optimizer.bindTo(net));
    try {
      for (const [name, { data }] of this.parameters) {
        run.parameters.get(name)!.data.set(data);
      }
      run.optimizer.restore(this.optimizer.stateViews());
    } catch (error) {
      run.dispose();
      throw error;
    }
    run.#isShared = this.#isShared;
    run.#know(this.#known);
    return run;
  }

  share(): void {
    this.#isShared = true;
    this.#know(new Map());
  }

  dispose(): void {
    this.optimizer.dispose();
  }

  #know(leaves: ReadonlyMap<string, Leaf>): void {
    this.#known = new Map(this.#isShared ? [] : leaves);
  }

  #load(where: string, leaves: Leaves): void {
    for (const [name, leaf] of leaves) {
      if (this.#known.get(name) !== leaf) {
        this.parameters.get(name)!.data.set(read(where, name, leaf));
      }
    }
    this.#know(leaves);
  }

  #made(numbersOf: (name: string, data: FloatArray) => FloatArray): Leaves {
    const ofDefault = defaultDevice();
    return new Map(
      [...this.parameters].map(([name, { shape, dtype, device, data }]) => {
        // jax-js cannot combine an array that names its device with arrays of another device.
        const place = device === ofDefault ? {} : { device };
        const numbers = numbersOf(name, data) as Float32Array<ArrayBuffer>;
        // jax-js cannot make an empty array from numbers.
        return [
          name,
          data.length === 0
            ? numpy.zeros(shape, { dtype, ...place })
            : numpy.array(numbers, { shape, ...place }),
        ];
      }),
    );
  }
}

/** `after - before`, written into `before`. */
function difference(after: FloatArray, before: FloatArray): FloatArray {
  for (let index = 0; index < before.length; index++) {
    before[index] = after[index]! - before[index]!;
  }
  return before;
}
