/** The tape: operations recorded once, and replayed forward and backward on the same buffers. */

import { MemoryScope } from "../runtime/memory/memory.ts";
import { threadsFor } from "../runtime/threads/platform.ts";
import { ThreadPool } from "../runtime/threads/threadPool.ts";
import { didYouMean } from "../suggest.ts";
import { AutodiffError, check, printShape } from "./errors.ts";
import { ancestors, type Node, planGradients } from "./gradientPlan.ts";
import { type Kernels, kernelsFor } from "./kernels/index.ts";
import { InNumbers } from "./narrow.ts";
import { checkOptions, printValue } from "./options.ts";
import { createMatrixProduct, type MatrixProduct } from "./products/matrixProduct.ts";
import { type RunRanges, runRangesOn } from "./products/ranges.ts";
import { ScratchArray } from "./products/scratchArray.ts";
import { type Operation, type Recorder, sizeOf, type Tensor } from "./tensor.ts";
import { touchedRowsOf } from "./touchedRows.ts";
import { checkTrainable, type Trainable } from "./trainable.ts";

/** Options of {@link createTape}. */
export interface TapeOptions {
  /** An integer, of which the lowest 32 bits count, that all dropout masks depend on; by default 0. */
  readonly seed?: number;
  /**
   * The threads that share large products and convolutions, as for `optimize`: by default as many as may share the
   * optimizer's loops. The results are the same bits, whatever their number.
   */
  readonly threads?: number | "auto";
}

/** A tape has a few results that anybody asks for; a recording in a training loop has ever more. */
const mostResults = 200;

/**
 * Records operations on parameters and inputs, and computes results and gradients as often as the
 * inputs are filled anew.
 *
 * Nothing is computed while recording. Each operation has its own buffer in the parameters'
 * memory, allocated when it is recorded; those of the backward pass are allocated at the first
 * `backward`. After that, neither `forward` nor `backward` allocates anything.
 */
export class Tape<P = unknown> implements Recorder, Disposable {
  /** The parameters by name; a wrong name throws an error that says what was probably meant. */
  readonly parameters: { readonly [K in keyof P]: Tensor };
  /** The kernels on this memory, for operations. */
  readonly kernels: Kernels;
  /** The matrix product in this memory, for operations. */
  readonly product: MatrixProduct;
  /** Runs those kernels on this memory that threads can share, for operations. */
  readonly runRanges: RunRanges;
  readonly seed: number;
  /**
   * How many times `backward` has run. Dropout masks depend on it: set it when training resumes.
   */
  step = 0;
  readonly #trainable: Trainable<P>;
  readonly #gradients: Trainable<P>["gradients"];
  readonly #scope: MemoryScope;
  readonly #threadPool: ThreadPool | undefined;
  readonly #scratch = new ScratchArray((size) => this.buffer(size));
  readonly #nodes: Node[] = [];
  /** The parameters in 16 bits. */
  readonly #narrow: InNumbers[] = [];
  readonly #forwardPlans = new Map<Tensor, readonly Node[]>();
  readonly #gradientPlans = new Map<Tensor, readonly (() => void)[]>();
  #disposed = false;

  constructor(trainable: Trainable<P>, options: TapeOptions = {}) {
    checkTrainable(trainable);
    checkOptions("createTape", options, ["seed", "threads"]);
    const { seed = 0, threads = trainable.mostThreads ?? "auto" } = options;
    check(Number.isSafeInteger(seed), () => {
      return `createTape: expected an integer seed, found ${printValue(seed)}`;
    });
    check(threads === "auto" || (Number.isSafeInteger(threads) && threads > 0), () => {
      return `createTape: expected threads to be "auto" or a whole number from 1 on, found ${printValue(threads)}`;
    });
    const most = threadsFor(threads);
    this.#threadPool = most > 1 ? new ThreadPool(most) : undefined;
    this.seed = seed;
    this.#trainable = trainable;
    this.#gradients = trainable.gradients;
    this.#scope = new MemoryScope(trainable.memory);
    this.kernels = kernelsFor(trainable.memory);
    this.runRanges = runRangesOn(trainable.memory, this.#threadPool);
    this.product = createMatrixProduct(trainable.memory, this.runRanges);
    const names = Object.keys(trainable.parameters) as (keyof P & string)[];
    const tensors = names.map((name) => [name, this.#addParameter(name)]);
    this.parameters = new Proxy(Object.fromEntries(tensors), { get: getParameter });
  }

  /**
   * An array to fill before each pass.
   *
   * @param shape positive integers, by convention the size of the batch first
   */
  input(shape: readonly number[]): Tensor {
    this.#checkAlive("input");
    check(
      shape.every((size) => Number.isInteger(size) && size > 0),
      () => `input: expected a shape of positive integers, found ${printShape(shape)}`,
    );
    return this.#add({
      ...{ shape: [...shape], data: this.buffer(sizeOf(shape)) },
      ...{ operation: undefined, differentiable: false, gradient: undefined },
    });
  }

  /**
   * Computes a result from what the inputs and parameters hold now, without dropout.
   *
   * @returns the result's data: a view that the next pass overwrites
   */
  forward(result: Tensor): Float32Array {
    this.#check("forward", result);
    this.#run(result, false);
    return result.data;
  }

  /**
   * Computes a loss, with dropout, and writes its gradients into those of the optimizer; parameters
   * without a part in the loss get zeros. An error leaves all gradients as they were.
   *
   * @param loss a tensor of one element
   * @returns the loss
   * @throws AutodiffError if no parameter has a part in the loss, or a label is out of range
   * @throws DisposedError if the optimizer was disposed
   */
  backward(loss: Tensor): number {
    this.#check("backward", loss);
    // A disposed optimizer throws here: its gradients' memory may be somebody else's by now.
    if (this.#trainable.gradients !== this.#gradients) {
      throw new AutodiffError(
        "backward: the optimizer has other gradients than when the tape was made",
      );
    }
    let steps = this.#gradientPlans.get(loss);
    if (steps === undefined) {
      const { kernels } = this;
      const allocate = (size: number) => this.buffer(size);
      steps = planGradients(this.#nodes, loss as Node, {
        kernels,
        allocate,
        scratch: this.#scratch,
      });
      this.#gradientPlans.set(loss, steps);
    }
    this.#run(loss, true);
    for (const step of steps) {
      step();
    }
    for (const each of this.#narrow) {
      each.store();
    }
    this.step += 1;
    return loss.data[0]!;
  }

  /**
   * The rows of a parameter's gradient that the last `backward` may have made other than zero, if
   * only operations with sparse gradients use it; otherwise undefined.
   *
   * Those rows are zeroed at the next `backward`, and no others: whoever writes elsewhere into such a
   * gradient has to clean up.
   */
  touchedRows(parameter: Tensor): Int32Array | undefined {
    const { gradient } = parameter as Node;
    return gradient && touchedRowsOf(gradient);
  }

  /** Adds an operation; this is what `relu(x)` and the like call. */
  record(operation: Operation): Tensor {
    const { name, inputs, shape, backward } = operation;
    for (const input of inputs) {
      this.#check(name, input);
    }
    return this.#add({
      ...{ operation, shape, data: this.buffer(sizeOf(shape)), gradient: undefined },
      differentiable: inputs.some(
        (input, index) => (input as Node).differentiable && backward[index] !== undefined,
      ),
    });
  }

  /** Zeroed memory that lives as long as the tape, for operations. */
  buffer(size: number): Float32Array {
    this.#checkAlive("buffer");
    return this.#scope.memory.view("float32", this.#scope.allocate(size * 4), size);
  }

  /** Gives all buffers back. Tensors of this tape must not be used any more. */
  dispose(): void {
    this.#disposed = true;
    this.#threadPool?.dispose();
    this.#scope.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #addParameter(name: keyof P): Tensor {
    const { data, shape, storage } = this.#trainable.parameters[name];
    const gradient = this.#gradients[name];
    const common = { shape, operation: undefined, differentiable: true };
    if (storage === undefined) {
      const numbers = { data: data as Float32Array, gradient: gradient as Float32Array };
      return this.#add({ ...common, ...numbers });
    }
    const bits = { storage, data: data as Uint16Array };
    const own = new InNumbers(bits, gradient as Uint16Array, (size) => this.buffer(size));
    this.#narrow.push(own);
    return this.#add({ ...common, data: own.data, gradient: own.gradient });
  }

  #add(node: Omit<Node, "tape">): Tensor {
    const tensor = { tape: this, ...node };
    this.#nodes.push(tensor);
    return tensor;
  }

  // Without `check`, whose closure would be an allocation in every step.
  #checkAlive(name: string): void {
    if (this.#disposed) {
      throw new AutodiffError(`${name}: the tape is disposed`);
    }
  }

  #check(name: string, tensor: Tensor): void {
    this.#checkAlive(name);
    if (tensor.tape !== this) {
      throw new AutodiffError(`${name}: the tensor belongs to another tape`);
    }
  }

  #run(result: Tensor, training: boolean): void {
    let nodes = this.#forwardPlans.get(result);
    if (nodes === undefined) {
      check(this.#forwardPlans.size < mostResults, () => {
        return `more than ${mostResults} results of one tape: record once, before the training loop`;
      });
      nodes = ancestors(this.#nodes, result).filter((node) => node.operation !== undefined);
      this.#forwardPlans.set(result, nodes);
    }
    for (const each of this.#narrow) {
      each.load();
    }
    for (const { operation, data } of nodes) {
      operation?.forward(data, training);
    }
  }
}

function getParameter(tensors: Record<string, Tensor>, name: string | symbol): unknown {
  if (typeof name === "symbol" || name in tensors) {
    return Reflect.get(tensors, name);
  }
  throw new AutodiffError(`no parameter \`${name}\`${didYouMean(name, Object.keys(tensors))}`);
}

/**
 * Makes a tape on an optimizer's parameters.
 *
 * @example
 * const tape = createTape(opt, { seed: 1 });
 * const { w1, b1, w2, b2 } = tape.parameters;
 * const network = (x: Tensor) => linear(dropout(relu(linear(x, w1, b1)), 0.5), w2, b2);
 * const images = tape.input([128, 784]);
 * const labels = new Uint8Array(128);
 * const loss = softmaxCrossEntropy(network(images), labels);
 * const testImages = tape.input([1000, 784]);
 * const scores = network(testImages);
 * for (const batch of batches) {
 *   images.data.set(batch.images);
 *   labels.set(batch.labels);
 *   tape.backward(loss);
 *   opt.step();
 * }
 * testImages.data.set(test);
 * tape.forward(scores);
 *
 * @param trainable what `optimize`, `accumulate`, `privatize` or `galore` returned; of `sam` and `curvature`, the
 *   optimizer that they stand around
 * @throws AutodiffError naming the first parameter that is float64 or lies outside the memory, or an option that
 *   there is not
 */
export function createTape<P>(trainable: Trainable<P>, options?: TapeOptions): Tape<P> {
  return new Tape(trainable, options);
}
