/** The messages of an outer step: small parameters travel together, large ones in several messages. */
import { type FloatArray, typeOf } from "../../runtime/memory/memory.ts";
import { fromFloat32, toFloat32 } from "../../runtime/narrow.ts";
import type { AnyParameter, Parameter } from "../../runtime/parameters.ts";

type Named<T> = Readonly<Record<string, T>>;

/** The most elements of a message: 4 MiB of float32. Then latency is a small part of its time. */
const most = 1 << 20;

/** Elements `from` up to `to` of a parameter, in a message. */
interface BucketSlice {
  readonly own: AnyParameter;
  readonly shared: FloatArray;
  readonly gradient: FloatArray;
  readonly from: number;
  readonly to: number;
  /** The index in the message of the first one. */
  readonly at: number;
}

/** One message: pieces of parameters of one type. */
export class Bucket {
  readonly array: FloatArray;
  readonly #slices: readonly BucketSlice[];

  constructor(slices: readonly BucketSlice[], array: FloatArray) {
    this.#slices = slices;
    this.array = array;
  }

  /** Writes the shared weights minus those of this rank; zeros if it does not contribute. */
  writeChanges(contributes: boolean): void {
    if (!contributes) {
      this.array.fill(0);
      return;
    }
    for (const { own, shared, from, to, at } of this.#slices) {
      const [began, ended] = weightsOf(own, shared.subarray(from, to), from, to);
      for (let i = 0; i < ended.length; i++) {
        this.array[at + i] = began[i]! - ended[i]!;
      }
    }
  }

  /** Divides the sum over ranks by their number, and writes it into the outer gradients. */
  readMean(count: number): void {
    for (const { gradient, from, to, at } of this.#slices) {
      for (let i = from; i < to; i++) {
        gradient[i] = this.array[at + i - from]! / count;
      }
    }
  }
}

/** The weights where the local steps of this rank began, and those where it is now. In 16 bits it began at the rounded shared weights. */
function weightsOf(
  { data, storage }: AnyParameter,
  shared: FloatArray,
  from: number,
  to: number,
): readonly [FloatArray, FloatArray] {
  const own = data.subarray(from, to);
  return storage
    ? [toFloat32(fromFloat32(shared, storage), storage), toFloat32(own, storage)]
    : [shared, own as FloatArray];
}

/** Divides parameters into messages. Messages of one type use the same array, one after the other. */
export function bucketsOf(
  own: Named<AnyParameter>,
  shared: Named<Parameter>,
  gradients: Named<FloatArray>,
): Bucket[] {
  return (["float32", "float64"] as const).flatMap((type) => {
    const names = Object.keys(own).filter((name) => typeOf(shared[name]!.data) === type);
    const total = names.reduce((sum, name) => sum + shared[name]!.data.length, 0);
    const array = new (type === "float32" ? Float32Array : Float64Array)(Math.min(total, most));
    const buckets: BucketSlice[][] = [];
    let at = most;
    for (const name of names) {
      const { data } = shared[name]!;
      for (let from = 0; from < data.length; ) {
        if (at === most) {
          buckets.push([]);
          at = 0;
        }
        const to = Math.min(data.length, from + most - at);
        const slice = { own: own[name]!, shared: data, gradient: gradients[name]! };
        buckets.at(-1)!.push({ ...slice, from, to, at });
        at += to - from;
        from = to;
      }
    }
    const lengthOf = (slices: readonly BucketSlice[]) => {
      const { at, from, to } = slices.at(-1)!;
      return at + to - from;
    };
    return buckets.map((slices) => new Bucket(slices, array.subarray(0, lengthOf(slices))));
  });
}
