/** The weights that all ranks share, and the outer rule that updates them. */
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
import type { Coroutine } from "../coroutine.ts";
import { type Bucket, bucketsOf } from "./buckets.ts";

type Named<T> = Readonly<Record<string, T>>;

/** The name of its arrays in a state, next to those of the outer rule. */
const slot = "outer.weights";

export class SharedWeights extends Stateful implements Disposable {
  /** Updates them: its parameters are these weights. */
  readonly optimizer: Optimizer;
  /** The parameters of this rank, without frozen ones. */
  readonly #own: Named<AnyParameter>;
  readonly #shared: Named<Parameter>;
  #buckets: readonly Bucket[] | undefined;

  /** @param inner the optimizer of this rank */
  constructor(inner: AnyOptimizer, rule: Rule, options: OptimizeOptions) {
    super();
    const all = inner.parameters as Named<AnyParameter>;
    this.#own = Object.fromEntries(inner.trained.map((name) => [name, all[name]!]));
    this.#shared = sharedLike(this.#own);
    this.copyFromParameters();
    this.optimizer = optimize(this.#shared, rule, options);
  }

  /** The number of outer steps so far. */
  get steps(): number {
    return this.optimizer.steps;
  }

  /**
   * Copies the weights of this rank, before its local steps begin: someone may have changed them. A weight in 16 bits that
   * is still the rounded shared weight leaves the shared weight as it is.
   */
  copyFromParameters(): void {
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

  /** A checksum of these weights. */
  checksum(): number {
    return Object.values(this.#shared).reduce(
      (sum, { data }) => crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum),
      0,
    );
  }

  /** These weights in the types of the parameters: those in 16 bits are rounded. */
  values(): Record<string, AnyParameter> {
    return mapped(this.#own, ({ shape, storage }, name) => {
      const data = this.#valuesOf(name);
      return { data, shape, storage };
    });
  }

  /** Copies these weights into the parameters of this rank. */
  copyToParameters(): void {
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
   * Computes the outer gradient: the shared weights minus those of each rank, averaged over the ranks that contribute.
   * @param contributes whether this rank does
   * @param ranks how many ranks do
   */
  *average(communicator: Communicator, contributes: boolean, ranks: number): Coroutine<void> {
    this.#buckets ??= bucketsOf(
      this.#own,
      this.#shared,
      this.optimizer.gradients as Named<FloatArray>,
    );
    for (const bucket of this.#buckets) {
      bucket.writeChanges(contributes);
      yield communicator.allReduce(bucket.array, "sum");
      bucket.readMean(ranks);
    }
  }

  /** @throws {GradientError} if the outer gradient is not finite; nothing was changed on any rank */
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

  /** Runs a callback while the parameters of this rank hold the weights that the outer rule evaluates. */
  evaluate<T>(callback: () => T): T {
    return this.optimizer.evaluate(() => {
      const before = Object.values(this.#own).map(({ data }) => [data, data.slice()] as const);
      const evaluate = () => {
        this.copyToParameters();
        return callback();
      };
      return withCleanup(evaluate, () => {
        for (const [data, own] of before) {
          data.set(own);
        }
      });
    });
  }

  /** The state of the outer rule, and the shared weights. */
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

/** Arrays for the shared weights. For parameters in 16 bits they are float32, so that small outer steps are not lost. */
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
