/** Averages sparse gradients, over the union of the rows that ranks have. */
import { heightOf } from "../../runtime/binding/tensor.ts";
import { type SparseGradient, sparse } from "../../runtime/gradients/sparse.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";
import type { Communicator } from "../communicator.ts";
import type { Coroutine } from "../coroutine.ts";
import { gatherNumbers } from "../gather.ts";
import { Averager, type AveragerSource, type RankGradients } from "./averager.ts";
import { arrayOf, type BucketEntry } from "./buckets.ts";
import { type LocalGradients, scatterRows } from "./localGradients.ts";
import { elementIn, gradientOfShard, placeOf } from "./shardRows.ts";

type Parameters = Readonly<Record<string, AnyParameter>>;

/** The rows of one parameter that any rank gives, in ascending order. */
interface RowUnion extends BucketEntry {
  readonly rows: Int32Array;
  readonly width: number;
  /** First the gradient of this rank, zero in rows that it does not give; then what ranks make of it together. */
  readonly values: FloatArray;
}

/** Tells all ranks which rows each has. @returns for each parameter the union of rows */
function* rowsOfAll(
  communicator: Communicator,
  own: readonly Int32Array[],
): Coroutine<Int32Array[]> {
  const { rank, size } = communicator;
  const counts = yield* gatherNumbers(
    communicator,
    own.map(({ length }) => length),
  );
  // The rows of each rank, for all parameters, follow those of the rank before.
  const starts = [0];
  for (const count of counts) {
    starts.push(starts.at(-1)! + count);
  }
  const all = new Int32Array(starts.at(-1)!);
  for (const [index, rows] of own.entries()) {
    all.set(rows, starts[rank * own.length + index]);
  }
  const bounds = Array.from({ length: size + 1 }, (_, each) => starts[each * own.length]!);
  yield communicator.allGather(all, bounds);
  return own.map((_, index) => {
    const found = new Set<number>();
    for (let place = index; place < counts.length; place += own.length) {
      for (const row of all.subarray(starts[place], starts[place + 1])) {
        found.add(row);
      }
    }
    return Int32Array.from(found).sort();
  });
}

function rowUnionOf(
  local: LocalGradients,
  entry: BucketEntry,
  rows: Int32Array,
  width: number,
): RowUnion {
  const own = local.rowsOf(entry.name);
  const values = arrayOf(entry.type, rows.length * width);
  if (own !== undefined) {
    const places = new Map(Array.from(rows, (row, place) => [row, place]));
    scatterRows(own, (row) => places.get(row)!, values);
  }
  return { ...entry, length: values.length, rows, width, values };
}

/** Gives the values, and reports a number that is not finite by its index in the parameter. */
const gradientsOf = (local: LocalGradients, all: ReadonlyMap<string, RowUnion>): RankGradients => ({
  gradientOf: (name) => all.get(name)!.values,
  reportNonFinite(name, from, to) {
    const union = all.get(name)!;
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(union.values[i])) {
        local.report(name, union.values[i]!, elementIn(union, i));
        return;
      }
    }
  },
});

/** The rows of some parameters that any rank gives. */
export class AveragedRows {
  readonly #all: ReadonlyMap<string, RowUnion>;
  readonly #averager: Averager;
  readonly #source: AveragerSource;

  constructor(source: AveragerSource, all: readonly RowUnion[]) {
    this.#source = source;
    this.#all = new Map(all.map((each) => [each.name, each]));
    const shardOffsets =
      source.shardOffsets &&
      new Map(
        all.map((each) => {
          const offsets = source.shardOffsets!.get(each.name)!;
          return [each.name, offsets.map((element) => placeOf(each, element))] as const;
        }),
      );
    this.#averager = new Averager(source.communicator, all, source.bytes, shardOffsets);
  }

  /**
   * Averages the rows: those that a rank does not give count as zeros, as they do in whole gradients. So the mean equals that of one
   * process which is given the mean of whole gradients, of these rows.
   */
  average(local: LocalGradients): Coroutine<void> {
    return this.#averager.average(gradientsOf(local, this.#all), this.#valuesOf);
  }

  /** The mean gradient of a parameter; with sharded state, that of this rank's part. */
  meanOf(name: string): SparseGradient {
    const union = this.#all.get(name)!;
    const { shardOffsets, communicator } = this.#source;
    if (shardOffsets === undefined) {
      return sparse(union.rows, union.values);
    }
    const [from, to] = shardOffsets.get(name)!.slice(communicator.rank) as [number, number];
    return gradientOfShard(union, from, to);
  }

  /** Gives each rank what all others have made of these rows, each in its part. */
  *gather(parameters: Parameters): Coroutine<void> {
    const { shardOffsets, communicator } = this.#source;
    for (const union of this.#all.values()) {
      const data = parameters[union.name]!.data;
      const [from, to] = shardOffsets!.get(union.name)!.slice(communicator.rank) as [
        number,
        number,
      ];
      const end = placeOf(union, to);
      for (let place = placeOf(union, from); place < end; place++) {
        union.values[place] = data[elementIn(union, place)]!;
      }
    }
    yield* this.#averager.gather(this.#valuesOf);
    for (const { name, rows, width, values } of this.#all.values()) {
      scatterRows({ rows, values, width }, (row) => row, parameters[name]!.data as FloatArray);
    }
  }

  readonly #valuesOf = (name: string): FloatArray => this.#all.get(name)!.values;
}

/**
 * Finds the rows that any rank gives, and averages them; all ranks do.
 * @param names of the parameters, none of which a rank gives a whole gradient of; the same on all ranks
 */
export function* averageRows(
  source: AveragerSource,
  local: LocalGradients,
  parameters: Parameters,
  names: ReadonlySet<string>,
): Coroutine<AveragedRows> {
  const entries = source.entries.filter(({ name }) => names.has(name));
  const own = entries.map(({ name }) => local.rowsOf(name)?.rows ?? new Int32Array(0));
  const rows = yield* rowsOfAll(source.communicator, own);
  const all = entries.map((entry, index): RowUnion => {
    const { shape, data } = parameters[entry.name]!;
    const height = heightOf({ shape, length: data.length });
    return rowUnionOf(local, entry, rows[index]!, height > 0 ? data.length / height : 0);
  });
  const averaged = new AveragedRows(source, all);
  yield* averaged.average(local);
  return averaged;
}
