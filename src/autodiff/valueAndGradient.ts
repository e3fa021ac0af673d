/** Values and gradients of plain functions of tensors, in float64, with no tape to manage. */
import { Memory } from "../runtime/memory/memory.ts";
import { check, printShape } from "./errors.ts";
import { float64 } from "./float64.ts";
import { nodeOf } from "./gradientPlan.ts";
import { printValue } from "./options.ts";
import { Tape } from "./tape.ts";
import { sizeOf, type Tensor } from "./tensor.ts";

/** @inline */
type DoubleTensor = Tensor<Float64Array>;

/** What a function is called with: a number, numbers (a vector), or numbers with a shape. */
export type Value =
  | number
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/** Tensors by name, or one. */
type Tensors = DoubleTensor | Readonly<Record<string, DoubleTensor>>;
type Values = Value | Readonly<Record<string, Value>>;

/** Of a number a number, otherwise an array of as many elements. */
export type GradientOf<V> = V extends number ? number : Float64Array;

/** What {@link valueAndGradient} returns: the value at a point, and the gradient there, in arrays of their own. */
export interface VectorFunction extends Disposable {
  <const V extends Value>(at: V): { readonly value: number; readonly gradient: GradientOf<V> };
  /** Gives all memory back. */
  dispose(): void;
}

/** The same of a function of named values, and of data by which it is not differentiated. */
export interface NamedFunction<N extends string, D extends string> extends Disposable {
  <const V extends Readonly<Record<N, Value>>>(
    at: V,
    ...data: [D] extends [never] ? [] : [data: Readonly<Record<D, Value>>]
  ): { readonly value: number; readonly gradient: { readonly [K in N]: GradientOf<V[K]> } };
  /** Gives all memory back. */
  dispose(): void;
}

/** A value with its name; of an argument that is one value, any name. */
interface Named {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The values of an argument in the order of their names; of one without names, itself. */
interface Argument<N = Named> {
  readonly all: readonly N[];
  readonly isOne: boolean;
}

/** A function, recorded for arguments of some shapes. */
interface Recording {
  /** Of the arguments, without their numbers. */
  readonly shapes: readonly Argument<Omit<Named, "data">>[];
  readonly tape: Tape<object, Float64Array>;
  readonly inputs: readonly (readonly DoubleTensor[])[];
  readonly result: DoubleTensor;
}

/** Bytes of a memory that takes no more recordings: an engine reserves gigabytes of addresses for each memory. */
const fullBytes = 64 << 20;

/** What recordings to come share; it goes with the last one. */
let latest: Memory | undefined;

function memoryForMore(): Memory {
  if (latest === undefined || latest.allocated > fullBytes) {
    latest = new Memory();
  }
  return latest;
}

const isValue = (value: unknown): value is Value =>
  typeof value === "number" ||
  Array.isArray(value) ||
  (ArrayBuffer.isView(value) && "length" in value) ||
  (typeof value === "object" && value !== null && "data" in value && "shape" in value);

function readValue(name: string, value: unknown): Named {
  check(isValue(value), () => {
    return `valueAndGradient: expected ${name} as a number, an array or { data, shape }, found ${printValue(value)}`;
  });
  if (typeof value === "number") {
    return { name, shape: [], data: [value] };
  }
  const { data, shape } = "shape" in value ? value : { data: value, shape: [value.length] };
  check(data.length === sizeOf(shape), () => {
    return `valueAndGradient: expected ${sizeOf(shape)} elements of ${name} ${printShape(shape)}, found ${data.length}`;
  });
  return { name, shape, data };
}

function readAll(argument: Values): Argument {
  if (isValue(argument)) {
    return { all: [readValue("x", argument)], isOne: true };
  }
  check(typeof argument === "object" && argument !== null, () => {
    return `valueAndGradient: expected values by name, or one value, found ${printValue(argument)}`;
  });
  const names = Object.keys(argument).sort();
  return { all: names.map((name) => readValue(name, argument[name])), isOne: false };
}

function record(f: (...all: never[]) => DoubleTensor, read: readonly Argument[]): Recording {
  const trainable = { parameters: {}, gradients: {}, memory: memoryForMore() };
  const tape = new Tape<object, Float64Array>(trainable, { numbers: float64, threads: 1 });
  const inputs = read.map(({ all }, argument) =>
    all.map(({ shape }) => tape.input(shape, { gradient: argument === 0 })),
  );
  const given = read.map(({ all, isOne }, argument): Tensors => {
    const tensors = inputs[argument]!;
    return isOne ? tensors[0]! : Object.fromEntries(all.map(({ name }, i) => [name, tensors[i]!]));
  });
  const result = f(...(given as never[]));
  check(result?.tape === tape && result.data.length === 1, () => {
    const found = result?.tape === tape ? `one ${printShape(result.shape)}` : printValue(result);
    return `valueAndGradient: expected the function to return a tensor of one element, found ${found}`;
  });
  check(nodeOf(result).differentiable, () => {
    return "valueAndGradient: the function does not depend on its arguments, or not in a differentiable way";
  });
  const shapes = read.map(({ all, isOne }) => ({
    isOne,
    all: all.map(({ name, shape }) => ({ name, shape: [...shape] })),
  }));
  return { shapes, tape, inputs, result };
}

/** Whether arguments have the names and shapes of others. */
function isLike(read: readonly Argument[], other: Recording["shapes"]): boolean {
  const isSame = (a: Named, b: (typeof other)[number]["all"][number] | undefined) =>
    a.name === b?.name &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis]);
  return (
    read.length === other.length &&
    read.every(({ all, isOne }, argument) => {
      const { all: others, isOne: isOther } = other[argument]!;
      const isSameKind = isOne === isOther && all.length === others.length;
      return isSameKind && all.every((each, i) => isSame(each, others[i]));
    })
  );
}

/** Functions whose arguments have ever new shapes are recorded ever anew. */
const maxShapes = 200;

/**
 * A function that computes a function's value and gradient at a point, in float64. The function is recorded at the first call
 * with arguments of these shapes, and replayed from then on: it may use whatever JavaScript there is, but what it decides it
 * decides once, for it sees shapes and no numbers.
 *
 * @param f of a tensor, or of tensors by name; and of data by name, by which it is not differentiated. It returns a tensor of one element
 * @throws AutodiffError where the function returns something else, or a value is none
 * @example
 * const rosenbrock = valueAndGradient((x) => {
 *   const [a, b] = [slice(x, 0, 0, 1), slice(x, 0, 1, 2)];
 *   return sum(add(square(sub(1, a)), mul(100, square(sub(b, square(a))))));
 * });
 * const { value, gradient } = rosenbrock([-1.2, 1]); // 24.2 and [-215.6, -88]
 *
 * const loss = valueAndGradient<"a" | "b", "x" | "y">(({ a, b }, { x, y }) =>
 *   mean(square(sub(mul(a, exp(neg(mul(b, x)))), y))),
 * );
 * loss({ a: 1, b: 0.1 }, { x: [0, 1, 2], y: [2, 1.5, 1.1] }).gradient.b;
 */
export function valueAndGradient(f: (x: DoubleTensor) => DoubleTensor): VectorFunction;
export function valueAndGradient<N extends string, D extends string = never>(
  f: (
    parameters: { readonly [K in N]: DoubleTensor },
    data: { readonly [K in D]: DoubleTensor },
  ) => DoubleTensor,
): NamedFunction<N, D>;
export function valueAndGradient(f: (...all: never[]) => DoubleTensor): unknown {
  check(typeof f === "function", () => {
    return `valueAndGradient: expected a function of tensors, found ${printValue(f)}`;
  });
  const recordings: Recording[] = [];
  const evaluate = (...given: Values[]) => {
    const read = given.map(readAll);
    let recording = recordings.find(({ shapes }) => isLike(read, shapes));
    if (recording === undefined) {
      check(recordings.length < maxShapes, () => {
        return `valueAndGradient: more than ${maxShapes} shapes of arguments, and each is recorded separately`;
      });
      recording = record(f, read);
      recordings.push(recording);
    }
    const { tape, inputs, result } = recording;
    for (const [argument, { all }] of read.entries()) {
      for (const [i, { data }] of all.entries()) {
        inputs[argument]![i]!.data.set(data);
      }
    }
    const value = tape.backward(result);
    const [at] = read as [(typeof read)[number]];
    const gradients = at.all.map(({ name, shape }, i) => {
      const gradient = tape.gradientOf(inputs[0]![i]!);
      return [name, shape.length === 0 ? gradient[0] : gradient.slice()] as const;
    });
    return { value, gradient: at.isOne ? gradients[0]![1] : Object.fromEntries(gradients) };
  };
  const dispose = () => {
    for (const { tape } of recordings.splice(0)) {
      tape.dispose();
    }
  };
  return Object.assign(evaluate, { dispose, [Symbol.dispose]: dispose });
}
