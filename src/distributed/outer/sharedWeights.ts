/** The weights that all ranks share: those of the last outer step, and the outer rule that steps them. */
import { crc32 } from "../../checkpoint/crc32.ts";
import type { Rule } from "../../rule/definition.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import { GradientError } from "../../runtime/errors.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import { fromFloat32, toFloat32 } from "../../runtime/narrow.ts";
import { type OptimizeOptions, optimize } from "../../runtime/optimize.ts";
import type { Optimizer } from "../../runtime/optimizer.ts";
import {
  type AnyParameter,
  type Parameter,
  type ParameterArray,
  parameters,
} from "../../runtime/parameters.ts";
import type { ResumePoint } from "../../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../../runtime/state/state.ts";
import { Stateful } from "../../runtime/state/stateful.ts";
import { withCleanup } from "../../runtime/withCleanup.ts";
import type { Communicator } from "../communicator.ts";
import type { Exchange } from "../exchange.ts";
import { type Bucket, bucketsOf } from "./buckets.ts";

type Named<T> = Readonly<Record<string, T>>;

/** Under which its arrays stand in a state, beside those of the outer rule. */
const slot = "outer.weights";

export class SharedWeights extends Stateful implements Disposable {
  /** Steps them: its parameters are these weights. */
  readonly optimizer: Optimizer;
  /** The parameters of this rank that a step changes. */
  readonly #own: Named<AnyParameter>;
  readonly #shared: Named<Parameter>;
  #buckets: readonly Bucket[] | undefined;

  /** @param inner the optimizer of this rank */
  constructor(inner: AnyOptimizer, rule: Rule, options: OptimizeOptions) {
    super();
    const all = inner.parameters as Named<AnyParameter>;
    this.#own = Object.fromEntries(inner.trained.map((name) => [name, all[name]!]));
    this.#shared = sharedLike(this.#own);
    this.take();
    this.optimizer = optimize(this.#shared, rule, options);
  }

  /** The outer steps that were made. */
  get steps(): number {
    return this.optimizer.steps;
  }

  /**
   * Takes the weights of this rank as they are where its own steps begin: as they were given, or changed since by hand. Of those in 16 bits
   * that are what rounding made of the shared ones, the shared ones stay.
   */
  take(): void {
    for (const [name, { data, storage }] of Object.entries(this.#own)) {
      const shared = this.#shared[name]!.data;
      if (storage === undefined) {
        shared.set(data);
        continue;
      }
      const [given, numbers] = [fromFloat32(shared, storage), toFloat32(data, storage)];
      for (let i = 0; i < data.length; i++) {
        if (data[i] !== given[i]) {
          shared[i] = numbers[i]!;
        }
      }
    }
  }

  /** A number that is the same where all of these weights are, bit for bit. */
  checksum(): number {
    return Object.values(this.#shared).reduce(
      (sum, { data }) => crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum),
      0,
    );
  }

  /** These weights as parameters are kept: in 16 bits what rounding makes of them. */
  values(): Record<string, AnyParameter> {
    return mapped(this.#own, ({ shape, storage }, name) => {
      const data = this.#valuesOf(name);
      return { data, shape, storage };
    });
  }

  /** Has this rank go on from these weights. */
  give(): void {
    for (const [name, { data }] of Object.entries(this.#own)) {
      data.set(this.#valuesOf(name));
    }
  }

  #valuesOf(name: string): ParameterArray {
    const { storage } = this.#own[name]!;
    const shared = this.#shared[name]!.data;
    return storage ? fromFloat32(shared, storage) : shared;
  }

  /**
   * The outer gradient, of all ranks: the mean of what they have moved by, from these weights to their own, with the other sign.
   * @param contributes whether this rank's weights count
   * @param ranks how many do
   */
  *average(communicator: Communicator, contributes: boolean, ranks: number): Exchange<void> {
    this.#buckets ??= bucketsOf(
      this.#own,
      this.#shared,
      this.optimizer.gradients as Named<FloatArray>,
    );
    for (const bucket of this.#buckets) {
      bucket.fill(contributes);
      yield communicator.allReduce(bucket.array, "sum");
      bucket.empty(ranks);
    }
  }

  /** @throws {GradientError} where the outer gradient is not finite; nothing was changed, here and on all ranks */
  step(): void {
    try {
      this.optimizer.step();
    } catch (error) {
      if (error instanceof GradientError) {
        const problem = "the weights of a rank are not finite, or too large to be added up";
        throw new GradientError(`outer step ${this.steps + 1}: ${problem}; nothing was changed`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** Runs a callback with the weights that the outer rule evaluates in the place of this rank's own, which are back behind it. */
  evaluate<T>(callback: () => T): T {
    return this.optimizer.evaluate(() => {
      const before = Object.values(this.#own).map(({ data }) => [data, data.slice()] as const);
      const evaluate = () => {
        this.give();
        return callback();
      };
      return withCleanup(evaluate, () => {
        for (const [data, own] of before) {
          data.set(own);
        }
      });
    });
  }

  /** The state of the outer rule, and the weights themselves. */
  override stateViews(): OptimizerState {
    const views = this.optimizer.stateViews();
    return {
      ...views,
      parameters: mapped(views.parameters, (slots, name) => ({
        ...slots,
        [slot]: this.#shared[name]!.data,
      })),
    };
  }

  override resumeAt(point: ResumePoint): void {
    this.optimizer.resumeAt(point);
  }

  dispose(): void {
    this.optimizer.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Room for weights: of parameters in 16 bits in float32, so that what rounding leaves out of them is not lost. */
function sharedLike(own: Named<AnyParameter>): Named<Parameter> {
  const shapesOf = (isDouble: boolean) =>
    Object.fromEntries(
      Object.entries(own)
        .filter(([, { data }]) => data instanceof Float64Array === isDouble)
        .map(([name, { shape }]) => [name, shape]),
    );
  const all: Record<string, Parameter> = {
    ...parameters(shapesOf(false)),
    ...parameters(shapesOf(true), { type: "float64" }),
  };
  return mapped(own, (_, name) => all[name]!);
}
