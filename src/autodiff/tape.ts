/** The tape: operations recorded once, and replayed forward and backward on the same buffers. */
import { type ElementType, elementBytes } from "../compilers/backend.ts";
import { type Memory, MemoryScope } from "../runtime/memory/memory.ts";
import { threadsFor } from "../runtime/threads/platform.ts";
import { ThreadPool } from "../runtime/threads/threadPool.ts";
import { didYouMean } from "../suggest.ts";
import { AutodiffError, check, printShape } from "./errors.ts";
import { ancestors, type Node, nodeOf, planGradients } from "./gradientPlan.ts";
import type { Kernels } from "./kernels/index.ts";
import { InNumbers } from "./narrow.ts";
import { checkOptions, checkSwitch } from "./options.ts";
import type { MatrixProduct } from "./products/matrixProduct.ts";
import { type RunRanges, runRangesOn } from "./products/ranges.ts";
import { ScratchArray } from "./products/scratchArray.ts";
import { readTapeOptions, type TapeOptions } from "./tapeOptions.ts";
import { type FloatArray, type Operation, type Recorder, sizeOf, type Tensor } from "./tensor.ts";
import { touchedRowsOf } from "./touchedRows.ts";
import { checkTrainable, type Trainable } from "./trainable.ts";
import { warnOfZeros } from "./zeros.ts";

/** Options of `Tape.input`. */
export interface InputOptions {
  /** Whether each `backward` computes its gradient too; by default false. */
  readonly gradient?: boolean;
}

/** A tape has a few results that anybody asks for; a recording in a training loop has ever more. */
const maxResults = 200;

/**
 * Records operations on parameters and inputs, and computes results and gradients as often as the
 * inputs are filled anew.
 *
 * Nothing is computed while recording. Each operation has its own buffer in the parameters'
 * memory, allocated when it is recorded; those of the backward pass are allocated at the first
 * `backward`. After that, neither `forward` nor `backward` allocates anything.
 *
 * @example
 * const tape = createTape(optimizer);
 * const loss = mean(square(tape.parameters.w));
 * net.w.data.set([1, 2, 3, 4, 5, 6]);
 * tape.forward(loss); // [15.166667]
 * tape.backward(loss);
 * optimizer.gradients.w[5]; // 2: of w^2 / 6 at 6
 */
export class Tape<P = unknown, A extends FloatArray = Float32Array>
  implements Recorder<A>, Disposable
{
  /** The parameters by name; a wrong name throws an error that says what was probably meant. */
  readonly parameters: { readonly [K in keyof P]: Tensor<A> };
  readonly type: ElementType;
  /** The parameters' memory, in which all else is, too. */
  readonly memory: Memory;
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
  readonly #trainable: Trainable<P, FloatArray>;
  readonly #gradients: Trainable<P, FloatArray>["gradients"];
  readonly #scope: MemoryScope;
  readonly #threadPool: ThreadPool | undefined;
  readonly #scratch = new ScratchArray<FloatArray>((size) => this.buffer(size));
  readonly #nodes: Node[] = [];
  /** The parameters in 16 bits. */
  readonly #narrow: InNumbers[] = [];
  readonly #forwardPlans = new Map<Tensor<A>, readonly Node[]>();
  readonly #gradientPlans = new Map<Tensor<A>, readonly (() => void)[]>();
  #isFirst = true;
  #disposed = false;

  constructor(trainable: Trainable<P, FloatArray>, options: TapeOptions<A> = {}) {
    const { seed, threads, numbers } = readTapeOptions(options, trainable?.maxThreads);
    checkTrainable(trainable, numbers.type);
    const most = threadsFor(threads);
    this.#threadPool = most > 1 ? new ThreadPool(most) : undefined;
    this.type = numbers.type;
    this.memory = trainable.memory;
    this.seed = seed;
    this.#trainable = trainable;
    this.#gradients = trainable.gradients;
    this.#scope = new MemoryScope(trainable.memory);
    this.kernels = numbers.kernelsFor(trainable.memory);
    this.runRanges = runRangesOn(trainable.memory, this.#threadPool);
    this.product = numbers.createMatrixProduct(trainable.memory, this.runRanges);
    const names = Object.keys(trainable.parameters) as (keyof P & string)[];
    const tensors = names.map((name) => [name, this.#addParameter(name)]);
    this.parameters = new Proxy(Object.fromEntries(tensors), { get: getParameter });
  }

  /**
   * An array to fill before each pass.
   *
   * @param shape positive integers, by convention the size of the batch first
   * @param options `gradient: true` has each `backward` compute its gradient too, for `gradientOf`
   */
  input(shape: readonly number[], options: InputOptions = {}): Tensor<A> {
    this.#checkAlive("input");
    check(
      shape.every((size) => Number.isInteger(size) && size > 0),
      () => `input: expected a shape of positive integers, found ${printShape(shape)}`,
    );
    checkOptions("input", options, ["gradient"]);
    const { gradient: differentiable = false } = options;
    checkSwitch("input", "gradient", differentiable);
    return this.#add({
      ...{ shape: [...shape], data: this.buffer(sizeOf(shape)) },
      ...{ operation: undefined, differentiable, gradient: undefined },
    });
  }

  /**
   * Computes a result from what the inputs and parameters hold now, without dropout.
   *
   * @returns the result's data: a view that the next pass overwrites
   */
  forward(result: Tensor<A>): A {
    this.#check("forward", result);
    this.#run(result, false);
    return result.data;
  }

  /**
   * Computes a loss, forward and with dropout, and then writes its gradients into those of the optimizer;
   * parameters without a part in the loss get zeros. A `forward` before it would compute the loss twice. An error
   * leaves all gradients as they were.
   *
   * @param loss a tensor of one element
   * @returns the loss
   * @throws AutodiffError if no parameter has a part in the loss, or a label is out of range
   * @throws DisposedError if the optimizer was disposed
   */
  backward(loss: Tensor<A>): number {
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
      steps = planGradients(this.#nodes, nodeOf(loss), {
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
    if (this.#isFirst) {
      this.#isFirst = false;
      warnOfZeros(this.parameters, ancestors(this.#nodes, nodeOf(loss)));
    }
    this.step += 1;
    return loss.data[0]!;
  }

  /** The same as `backward`, which is PyTorch's name for half of it: neither needs a `forward` before it. */
  valueAndGradients(loss: Tensor<A>): number {
    return this.backward(loss);
  }

  /**
   * The gradient of an input with `gradient: true`, or of a parameter, as the last `backward` left it: a view that the next
   * one overwrites.
   */
  gradientOf(tensor: Tensor<A>): A {
    this.#check("gradientOf", tensor);
    const { gradient, operation } = nodeOf(tensor);
    check(operation === undefined && gradient !== undefined, () => {
      return "gradientOf: expected a parameter, or an input with { gradient: true } after backward";
    });
    return gradient as A;
  }

  /**
   * The rows of a parameter's gradient that the last `backward` may have made other than zero, if
   * only operations with sparse gradients use it; otherwise undefined.
   *
   * Those rows are zeroed at the next `backward`, and no others: whoever writes elsewhere into such a
   * gradient has to clean up.
   */
  touchedRows(parameter: Tensor<A>): Int32Array | undefined {
    const { gradient } = nodeOf(parameter);
    return gradient && touchedRowsOf(gradient);
  }

  /** Adds an operation; this is what `relu(x)` and the like call. */
  record(operation: Operation<A>): Tensor<A> {
    const { name, inputs, shape, backward } = operation;
    for (const input of inputs) {
      this.#check(name, input);
    }
    const isDifferentiable = (input: Tensor<A>, index: number) =>
      nodeOf(input).differentiable && backward[index] !== undefined;
    return this.#add({
      // The tape gives it no other arrays than its own.
      operation: operation as unknown as Operation<FloatArray>,
      ...{ shape, data: this.buffer(sizeOf(shape)), gradient: undefined },
      differentiable: inputs.some(isDifferentiable),
    });
  }

  /**
   * Zeroed memory that lives as long as the tape, for operations.
   * @param size in elements
   */
  buffer(size: number): A {
    this.#checkAlive("buffer");
    const address = this.#scope.allocate(size * elementBytes[this.type]);
    return this.memory.view(this.type, address, size) as A;
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

  #addParameter(name: keyof P): Tensor<A> {
    const { data, shape, storage } = this.#trainable.parameters[name];
    const gradient = this.#gradients[name];
    const common = { shape, operation: undefined, differentiable: true };
    if (storage === undefined) {
      const numbers = { data: data as A, gradient: gradient as A };
      return this.#add({ ...common, ...numbers });
    }
    const bits = { storage, data: data as Uint16Array };
    // Only a tape of float32 takes them.
    const allocate = (size: number) => this.buffer(size) as Float32Array;
    const own = new InNumbers(bits, gradient as Uint16Array, allocate);
    this.#narrow.push(own);
    return this.#add({ ...common, data: own.data, gradient: own.gradient });
  }

  #add(node: Omit<Node, "tape">): Tensor<A> {
    const tensor: object = { tape: this, ...node };
    this.#nodes.push(nodeOf(tensor));
    return tensor as Tensor<A>;
  }

  // Without `check`, whose closure would be an allocation in every step.
  #checkAlive(name: string): void {
    if (this.#disposed) {
      throw new AutodiffError(`${name}: the tape is disposed`);
    }
  }

  #check(name: string, tensor: Tensor<A>): void {
    this.#checkAlive(name);
    if (tensor.tape !== this) {
      throw new AutodiffError(`${name}: the tensor belongs to another tape`);
    }
  }

  #run(result: Tensor<A>, training: boolean): void {
    let nodes = this.#forwardPlans.get(result);
    if (nodes === undefined) {
      check(this.#forwardPlans.size < maxResults, () => {
        return `more than ${maxResults} results of one tape: record once, before the training loop`;
      });
      nodes = ancestors(this.#nodes, nodeOf(result)).filter((node) => node.operation !== undefined);
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

function getParameter(tensors: Record<string, unknown>, name: string | symbol): unknown {
  if (typeof name === "symbol" || name in tensors) {
    return Reflect.get(tensors, name);
  }
  throw new AutodiffError(`no parameter \`${name}\`${didYouMean(name, Object.keys(tensors))}`);
}
