/** The gradients of a step: arrays that the optimizer owns, or that the caller passes. */
import { didYouMean } from "../suggest.ts";
import { reserve } from "./binding.ts";
import { GradientError } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { adopt, type FloatArray } from "./memory.ts";
import { byMemory, inMemoryOrder, isWhole } from "./plans.ts";
import type { Scopes } from "./scopes.ts";
import type { SparseGradient } from "./sparse.ts";
import { ForeignArray } from "./staging.ts";
import type { Tensor } from "./tensor.ts";
import type { BoundTensor } from "./unit.ts";

/** What a step takes for one parameter: all of its gradient, or some rows. */
export type GradientSource = ArrayLike<number> | SparseGradient;

// Without the class itself, which is only in bundles that make such gradients.
const isSparse = (given: GradientSource | undefined): given is SparseGradient =>
  (given as SparseGradient | undefined)?.gather !== undefined;

export class Gradients {
  readonly #scopes: Scopes;
  readonly #tensors: readonly Tensor[];
  readonly #executions: readonly Execution[];
  readonly #bound: ReadonlyMap<string, BoundTensor>;
  /** Those that take whole gradients alone, since rows and columns matter to their programs. */
  readonly #whole: ReadonlySet<string>;
  /** What was passed last for each name, cut into blocks. */
  readonly #foreign = new Map<string, ForeignArray>();
  #own: Readonly<Record<string, FloatArray>> | undefined;
  #passed = false;
  readonly #names: ReadonlySet<string>;

  constructor(scopes: Scopes, tensors: readonly Tensor[], executions: readonly Execution[]) {
    this.#scopes = scopes;
    this.#tensors = tensors;
    this.#names = new Set(tensors.map(({ name }) => name));
    this.#executions = executions;
    const bound = executions.flatMap((execution) => execution.tensors);
    this.#bound = new Map(bound.map((each) => [each.tensor.name, each]));
    const whole = executions.filter(({ program }) => isWhole(program));
    this.#whole = new Set(whole.flatMap((each) => each.tensors.map(({ tensor }) => tensor.name)));
  }

  /** The optimizer's arrays, made when first asked for. */
  get own(): Readonly<Record<string, FloatArray>> {
    this.#own ??= this.#allocate();
    return this.#own;
  }

  /** Sets its own arrays to zero, those of all or of some parameters. */
  zero(tensors: readonly Tensor[] = this.#tensors): void {
    for (let index = 0; this.#own !== undefined && index < tensors.length; index++) {
      this.#own[tensors[index]!.name]!.fill(0);
    }
  }

  /** Takes what was passed to a step, or the optimizer's own arrays. */
  take(given: Readonly<Record<string, GradientSource | undefined>> | undefined): void {
    if (given === undefined) {
      this.#takeOwn();
      return;
    }
    for (const name in given) {
      if (!this.#names.has(name)) {
        throw new GradientError(
          `there is no parameter \`${name}\`${didYouMean(name, this.#names)}`,
        );
      }
    }
    for (let index = 0; index < this.#tensors.length; index++) {
      this.#check(this.#tensors[index]!, given[this.#tensors[index]!.name]);
    }
    for (let index = 0; index < this.#tensors.length; index++) {
      this.#hand(this.#tensors[index]!, given[this.#tensors[index]!.name]!);
    }
    this.#passed = true;
    this.#announce();
  }

  /** Gives a parameter the gradient that was passed for it. */
  #hand(tensor: Tensor, given: GradientSource): void {
    const bound = this.#bound.get(tensor.name);
    if (bound === undefined) {
      return;
    }
    bound.gathered = isSparse(given) ? given.gather(tensor) : undefined;
    bound.foreignGradient = isSparse(given) ? undefined : this.#cut(tensor, given as FloatArray);
  }

  /** Names the first element that is not finite. */
  findNonFinite(): string {
    for (const { name, type } of this.#tensors) {
      const bound = this.#bound.get(name);
      if (bound === undefined) {
        continue;
      }
      const given = bound.gathered?.values ?? bound.foreignGradient?.source;
      const array = given ?? this.#own![name]!;
      const round = type === "float32" ? Math.fround : Number;
      const index = array.findIndex((value) => !Number.isFinite(round(value)));
      if (index >= 0) {
        const beyond = Number.isFinite(array[index]) ? `, more than ${type} holds,` : "";
        return `the gradient of \`${name}\` has ${array[index]}${beyond} at element ${index}`;
      }
    }
    return "a gradient is not finite";
  }

  #takeOwn(): void {
    if (this.#own === undefined) {
      throw new GradientError(
        "there are no gradients yet: write them into `optimizer.gradients`, or pass them to `step`",
      );
    }
    if (this.#passed) {
      for (let index = 0; index < this.#tensors.length; index++) {
        const bound = this.#bound.get(this.#tensors[index]!.name);
        if (bound !== undefined) {
          bound.foreignGradient = undefined;
          bound.gathered = undefined;
        }
      }
      this.#passed = false;
      this.#announce();
    }
  }

  #announce(): void {
    for (let i = 0; i < this.#executions.length; i++) {
      this.#executions[i]!.findGradients();
    }
  }

  #check(tensor: Tensor, array: GradientSource | undefined): void {
    const { name, length } = tensor;
    // A frozen parameter needs none.
    if (array === undefined && !this.#bound.has(name)) {
      return;
    }
    if (isSparse(array)) {
      array.check(tensor);
      if (this.#whole.has(name)) {
        throw new GradientError(
          `the gradient of \`${name}\` cannot be sparse: its rule needs whole rows and columns`,
        );
      }
      return;
    }
    if (array === undefined) {
      throw new GradientError(`the gradient of \`${name}\` is missing`);
    }
    const isArray = typeof array === "object" && typeof array?.length === "number";
    if (!isArray || typeof array[0] === "bigint") {
      throw new GradientError(`the gradient of \`${name}\` is no array of numbers`);
    }
    if (array.length !== length) {
      throw new GradientError(
        `the gradient of \`${name}\` has ${array.length} elements, the parameter has ${length}`,
      );
    }
  }

  #cut({ name, type }: Tensor, array: FloatArray): ForeignArray | undefined {
    if (array === this.#own?.[name]) {
      return undefined;
    }
    let foreign = this.#foreign.get(name);
    if (foreign?.source !== array) {
      foreign = new ForeignArray(
        ArrayBuffer.isView(array) ? array : Float64Array.from(array),
        type,
      );
      this.#foreign.set(name, foreign);
    }
    return foreign;
  }

  #allocate(): Readonly<Record<string, FloatArray>> {
    const arrays = new Map<Tensor, FloatArray>();
    for (const together of byMemory(this.#tensors).values()) {
      const scope = this.#scopes.beside(together[0]!);
      for (const [tensor, array] of reserve(scope, inMemoryOrder(together))) {
        arrays.set(tensor, adopt(scope.memory, array));
      }
    }
    for (const execution of this.#executions) {
      execution.place("g", (tensor) => arrays.get(tensor)!.byteOffset);
    }
    const own: Record<string, FloatArray> = Object.create(null);
    for (const tensor of this.#tensors) {
      own[tensor.name] = arrays.get(tensor)!;
    }
    // Another array in its place would never be read.
    return Object.freeze(own);
  }
}
