/** Records a formula on tensors and numbers, which broadcast as in NumPy. */
import { check } from "../errors.ts";
import { addUp, broadcastIndices, broadcastShape, gather, totalOf } from "../layout/indices.ts";
import { printValue } from "../options.ts";
import { ScratchArray } from "../products/scratchArray.ts";
import { type Derivative, type FloatArray, type Recorder, sizeOf, type Tensor } from "../tensor.ts";
import { formulaKernels, type Source } from "./formulaKernel.ts";
import type { Formula } from "./formulas.ts";

/** A tensor, or a number that stands for all elements. */
export type Operand<A extends FloatArray = Float32Array> = Tensor<A> | number;

/** An input as a kernel reads it. */
interface Spread<A extends FloatArray> {
  readonly source: Source;
  readonly data: A;
  /** Fills `data`, where it is no array of the input itself. */
  readonly fill: (() => void) | undefined;
  /** Writes the input's gradient, given that of each place where it stands; undefined where these are the same. */
  readonly reduce: ((full: FloatArray, target: FloatArray) => void) | undefined;
}

/** Where the gradients of all places are before they are added up: of one operation of a tape at a time. */
const rooms = /* @__PURE__ */ new WeakMap<object, ScratchArray<FloatArray>>();

function roomOn<A extends FloatArray>(tape: Recorder<A>): ScratchArray<A> {
  const room = rooms.get(tape) ?? new ScratchArray<FloatArray>((size) => tape.buffer(size));
  rooms.set(tape, room);
  return room as ScratchArray<A>;
}

const isTensor = <A extends FloatArray>(value: unknown): value is Tensor<A> =>
  typeof value === "object" && value !== null && "tape" in value && "data" in value;

/** A number as a tensor without dimensions. */
function constant<A extends FloatArray>(tape: Recorder<A>, value: number): Tensor<A> {
  const write = (output: FloatArray) => void (output[0] = value);
  return tape.record({ name: "constant", inputs: [], shape: [], forward: write, backward: [] });
}

/** The operands as tensors of the tape that one of them belongs to. */
function tensorsOf<A extends FloatArray>(
  operation: string,
  operands: readonly Operand<A>[],
): Tensor<A>[] {
  const first = operands.find(isTensor<A>);
  check(first !== undefined, () => {
    const found = operands.map(printValue).join(" and ");
    return `${operation}: expected a tensor, found ${found}`;
  });
  return operands.map((each) => {
    check(isTensor<A>(each) || typeof each === "number", () => {
      return `${operation}: expected tensors or numbers, found ${printValue(each)}`;
    });
    return typeof each === "number" ? constant(first.tape, each) : each;
  });
}

function spread<A extends FloatArray>(x: Tensor<A>, shape: readonly number[]): Spread<A> {
  const size = sizeOf(shape);
  const { data, tape } = x;
  if (data.length === size) {
    return { source: "array", data, fill: undefined, reduce: undefined };
  }
  if (data.length === 1) {
    const reduce = (full: FloatArray, target: FloatArray) => void (target[0] = totalOf(full));
    return { source: "number", data, fill: undefined, reduce };
  }
  const indices = broadcastIndices(x.shape, shape);
  const everywhere = tape.buffer(size);
  const sums = new Float64Array(data.length);
  return {
    source: "array",
    data: everywhere,
    fill: () => gather(data, indices, everywhere),
    reduce: (full, target) => addUp(full, indices, target, sums),
  };
}

/**
 * The value of a formula, element by element.
 *
 * @param operands tensors of one tape, or numbers; at least one is a tensor
 */
export function elementwise<A extends FloatArray>(
  formula: Formula,
  ...operands: readonly Operand<A>[]
): Tensor<A> {
  const { name } = formula;
  const inputs = tensorsOf(name, operands);
  const { tape } = inputs[0]!;
  const shape = broadcastShape(
    name,
    inputs.map((each) => each.shape),
  );
  const size = sizeOf(shape);
  const spreads = inputs.map((each) => spread(each, shape));
  const sources = spreads.map(({ source }) => source);
  const kernels = formulaKernels(formula, tape.type, tape.memory, sources);
  const addresses = spreads.map(({ data }) => data.byteOffset);
  const fills = spreads.flatMap(({ fill }) => fill ?? []);
  const room = roomOn(tape);
  const backward = spreads.map(({ reduce }, i): Derivative<A> | undefined => {
    const slope = kernels.slopes[i];
    if (slope === undefined || reduce === undefined) {
      return (
        slope &&
        ((gradient, target) =>
          slope(size, ...addresses, y.data.byteOffset, gradient.byteOffset, target.byteOffset))
      );
    }
    return (gradient, target) => {
      room.need(size);
      const full = room.array.subarray(0, size);
      slope(size, ...addresses, y.data.byteOffset, gradient.byteOffset, full.byteOffset);
      reduce(full, target);
    };
  });
  const forward = (output: A) => {
    for (const fill of fills) {
      fill();
    }
    kernels.value(size, ...addresses, output.byteOffset);
  };
  const y: Tensor<A> = tape.record({ name, inputs, shape, forward, backward });
  return y;
}
