/** The gradients of a step: arrays that the optimizer owns, or that the caller passes. */
import { plainStorages, type Storage } from "../../compilers/backend.ts";
import { gradientSlot } from "../../rule/planning/program.ts";
import { didYouMean } from "../../suggest.ts";
import { isArray } from "../../tag.ts";
import { type BoundPlan, reserve } from "../binding/binding.ts";
import { type BoundTensor, sparseMark } from "../binding/callRecord.ts";
import { byMemory, inMemoryOrder } from "../binding/plans.ts";
import type { Tensor } from "../binding/tensor.ts";
import { GradientError } from "../errors.ts";
import { adopt, type StoredElements } from "../memory/memory.ts";
import type { Scopes } from "../memory/scopes.ts";
import { narrowNumbers } from "../parameters.ts";
import type { SparseGradient } from "./sparse.ts";

/**
 * The gradient of one parameter for a step: the whole gradient, or some rows. If the parameter is in 16 bits, a `Uint16Array` holds
 * bits in its storage; any other array holds numbers.
 */
export type GradientSource = ArrayLike<number> | SparseGradient;

/**
 * The gradients of a step, by parameter name. Each parameter needs one. With the option `absent: skipAbsent`, a step leaves
 * parameters alone whose gradient is null, undefined or missing.
 */
export type StepGradients<P> = { readonly [K in keyof P]: GradientSource | null | undefined };

// Checks for the mark, not the class: only bundles that make such gradients contain the class. Arrays of other libraries may have
// methods of any name.
const isSparse = (given: GradientSource | undefined): given is SparseGradient =>
  (given as SparseGradient | null | undefined)?.[sparseMark] === true;

/** By the names of parameters. */
type Passing = Readonly<Record<string, GradientSource | null | undefined>>;

/** A parameter, and its bound tensor unless it is frozen. */
interface Place {
  readonly tensor: Tensor;
  readonly bound: BoundTensor | undefined;
}

/** By the names of parameters. */
type Arrays = Readonly<Record<string, StoredElements>>;

/** A whole gradient as numbers. @param into the array for the numbers, if bits are given */
const numbersOf = (
  storage: Storage | undefined,
  given: ArrayLike<number>,
  into?: StoredElements,
): ArrayLike<number> =>
  storage ? narrowNumbers.value(storage, given, into as Float32Array) : given;

export class Gradients {
  readonly #scopes: Scopes;
  readonly #tensors: readonly Tensor[];
  #places: readonly Place[] = [];
  /** Parameters that only take whole gradients, with the reason. */
  #whole: ReadonlyMap<string, string> = new Map();
  #plans: readonly BoundPlan[] = [];
  #own: Arrays | undefined;
  /**
   * Copies of the arrays that were passed, laid out like the optimizer's own. Kernels and threads can use them, and a step may
   * overwrite them.
   */
  #copies: Arrays | undefined;
  #passed = false;
  readonly #absent: SparseGradient | undefined;
  readonly #names: ReadonlySet<string>;

  /**
   * @param absent the gradient to use if one is null or undefined; by default that is an error
   * @param own the optimizer's own arrays, if they exist already
   */
  constructor(
    scopes: Scopes,
    tensors: readonly Tensor[],
    plans: readonly BoundPlan[],
    absent: SparseGradient | undefined,
    own?: Arrays,
  ) {
    this.#own = own;
    this.#absent = absent;
    this.#scopes = scopes;
    this.#tensors = tensors;
    this.#names = new Set(tensors.map(({ name }) => name));
    this.serve(plans);
  }

  /** Gives the gradients of the next steps to these programs. */
  serve(plans: readonly BoundPlan[]): void {
    const executions = plans.map(({ execution }) => execution);
    const bound = executions.flatMap(({ tensors }) => tensors);
    const places = new Map(bound.map((each) => [each.tensor.name, each]));
    this.#places = this.#tensors.map((tensor) => ({ tensor, bound: places.get(tensor.name) }));
    this.#whole = new Map(executions.flatMap(({ takesWhole }) => takesWhole));
    this.#plans = plans;
    // The programs do not yet have the addresses of its own arrays.
    this.#passed = true;
  }

  /** The optimizer's own arrays, made on first use, in the same storages as the parameters. */
  get own(): Arrays {
    return (this.#own ??= this.#allocate(({ type, storage = plainStorages[type] }) => storage));
  }

  /** Sets the optimizer's own arrays to zero, for all parameters or for some. */
  zero(tensors: readonly Tensor[] = this.#tensors): void {
    for (let index = 0; this.#own !== undefined && index < tensors.length; index++) {
      this.#own[tensors[index]!.name]!.fill(0);
    }
  }

  /** Takes the gradients passed to a step, or the optimizer's own arrays. */
  take(given: Passing | undefined): void {
    if (given === undefined) {
      this.#takeOwn();
      return;
    }
    if (typeof given !== "object" || given === null) {
      throw new GradientError(
        `step takes gradients by the names of parameters, such as { w: [...] }, not ${given === null ? "null" : typeof given}`,
      );
    }
    for (const name in given) {
      if (!this.#names.has(name)) {
        throw new GradientError(
          `there is no parameter \`${name}\`${didYouMean(name, this.#names)}`,
        );
      }
    }
    this.#passed = true;
    this.#hand(given);
  }

  /** Gives programs these gradients. If one is refused, the next step overwrites the copies made so far. */
  #hand(all: Passing): void {
    for (let index = 0; index < this.#places.length; index++) {
      const place = this.#places[index]!;
      const gradient = all[place.tensor.name] ?? this.#absent;
      this.#check(place, gradient);
      if (place.bound !== undefined) {
        this.#give(place.bound, gradient!);
      }
    }
    for (let i = 0; i < this.#plans.length; i++) {
      this.#plans[i]!.execution.findGradients();
    }
  }

  #give(bound: BoundTensor, given: GradientSource): void {
    const { tensor, call, inputs } = bound;
    if (isSparse(given)) {
      bound.gathered = given.gather(tensor);
      // The mean of no rows is 0.
      inputs.count = Math.max(1, bound.gathered.values.length);
      return;
    }
    bound.gathered = undefined;
    inputs.count = tensor.length;
    let array = this.#own?.[tensor.name];
    call.wide = given !== array && !!tensor.storage;
    if (given !== array) {
      this.#copies ??= this.#allocate();
      array = this.#copies[tensor.name]!;
      array.set(numbersOf(tensor.storage, given, array));
    }
    call.setSlot(gradientSlot, array.byteOffset);
  }

  /**
   * Describes an element that is not finite; or, if the square of a finite one overflows, the largest element.
   * @param given the argument of the step, whose numbers are not yet rounded to the parameter's type
   */
  findNonFinite(given: Passing | undefined): string {
    let [most, squared] = [0, ""];
    for (const { tensor, bound } of this.#places) {
      const { name, type, storage } = tensor;
      if (bound === undefined) {
        continue;
      }
      const { gathered } = bound;
      const taken = gathered?.values ?? (given as Arrays | undefined)?.[name] ?? this.#own![name]!;
      const array = numbersOf(storage, taken);
      const say = (at: number, more: string) =>
        `the gradient of \`${name}\` has ${array[at]}${more} at element ${gathered?.elementAt(at) ?? at}`;
      const round = type === "float32" ? Math.fround : Number;
      // Relative to the limit of its type, beyond which its square overflows.
      const scale = type === "float32" ? 2 ** 64 : 2 ** 512;
      let worst = -1;
      for (let at = 0; at < array.length; at++) {
        const size = Math.abs(array[at]!);
        if (!Number.isFinite(round(size))) {
          return say(at, Number.isFinite(size) ? `, more than ${type} holds,` : "");
        }
        if (size / scale > most) {
          most = size / scale;
          worst = at;
        }
      }
      if (worst >= 0) {
        squared = `${say(worst, "")}, and the rule squares it: ${type} may not hold that (clip it before)`;
      }
    }
    return squared;
  }

  #takeOwn(): void {
    if (this.#own === undefined && this.#places.some(({ bound }) => bound)) {
      throw new GradientError(
        "there are no gradients yet: write them into `optimizer.gradients`, or pass them to `step`",
      );
    }
    if (this.#passed) {
      this.#hand(this.#own ?? {});
      this.#passed = false;
    }
  }

  #check({ tensor, bound }: Place, array: GradientSource | undefined): void {
    const { name, length } = tensor;
    if (array === undefined) {
      // A frozen parameter needs no gradient.
      if (bound !== undefined) {
        throw new GradientError(`the gradient of \`${name}\` is missing (see skipAbsent)`);
      }
      return;
    }
    if (isSparse(array)) {
      array.check(tensor);
      const why = this.#whole.get(name);
      if (why !== undefined && array !== this.#absent) {
        throw new GradientError(`the gradient of \`${name}\` cannot be sparse: ${why}`);
      }
      return;
    }
    if (!isArray(array)) {
      throw new GradientError(
        `the gradient of \`${name}\` is ${describe(array)}, not an array of numbers: pass its elements, such as a Float32Array`,
      );
    }
    if (array.length !== length) {
      throw new GradientError(
        `the gradient of \`${name}\` has ${array.length} elements, the parameter has ${length}`,
      );
    }
    const other = ArrayBuffer.isView(array) ? -1 : [].findIndex.call(array, isOther);
    if (other >= 0) {
      const nested = isArray(array[other]) ? ": pass all rows in one flat array" : "";
      throw new GradientError(
        `the gradient of \`${name}\` has no number at element ${other}, but ${describe(array[other])}${nested}`,
      );
    }
  }

  /** @param storageFor the storage for a parameter's array. Default: its type */
  #allocate(storageFor?: (tensor: Tensor) => Storage): Arrays {
    const arrays = new Map<string, StoredElements>();
    for (const together of byMemory(this.#tensors).values()) {
      const scope = this.#scopes.beside(together[0]!);
      for (const [{ name }, array] of reserve(
        scope,
        inMemoryOrder(together),
        undefined,
        storageFor,
      )) {
        arrays.set(name, adopt(scope.memory, array));
      }
    }
    const own: Record<string, StoredElements> = Object.create(null);
    for (const { name } of this.#tensors) {
      own[name] = arrays.get(name)!;
    }
    // Frozen, because an array assigned here would never be read.
    return Object.freeze(own);
  }
}

const isOther = (element: unknown): boolean => typeof element !== "number";

function describe(value: unknown): string {
  if (typeof value === "string") {
    return `the string "${value}"`;
  }
  const isObject = typeof value === "object" && value !== null;
  return isObject ? `an object of ${value.constructor?.name}` : String(value);
}
