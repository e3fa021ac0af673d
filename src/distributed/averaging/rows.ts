/** Averages sparse gradients, over the union of the rows that ranks have. */
import { heightOf } from "../../runtime/binding/tensor.ts";
import { type SparseGradient, sparse } from "../../runtime/gradients/sparse.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";
import type { Communicator } from "../communicator.ts";
import { type Exchange, gathered } from "../exchange.ts";
import { Averager, type AveragerSource, type Given } from "./averager.ts";
import { arrayOf, type Member } from "./buckets.ts";
import { type LocalGradients, spread } from "./localGradients.ts";
import { elementIn, gradientOfPart, placeOf } from "./partRows.ts";

type Parameters = Readonly<Record<string, AnyParameter>>;

/** The rows of one parameter that any rank gives, in ascending order. */
interface Joined extends Member {
  readonly rows: Int32Array;
  readonly width: number;
  /** First the gradient of this rank, zero in rows that it does not give; then what ranks make of it together. */
  readonly values: FloatArray;
}

/** Tells all ranks which rows each has. @returns for each parameter the union of rows */
function* rowsOfAll(
  communicator: Communicator,
  own: readonly Int32Array[],
): Exchange<Int32Array[]> {
  const { rank, size } = communicator;
  const counts = yield* gathered(
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

function joinedOf(local: LocalGradients, member: Member, rows: Int32Array, width: number): Joined {
  const own = local.rowsOf(member.name);
  const values = arrayOf(member.type, rows.length * width);
  if (own !== undefined) {
    const places = new Map(Array.from(rows, (row, place) => [row, place]));
    spread(own, (row) => places.get(row)!, values);
  }
  return { ...member, length: values.length, rows, width, values };
}

/** Gives the values, and reports a number that is not finite by its index in the parameter. */
const givenOf = (local: LocalGradients, all: ReadonlyMap<string, Joined>): Given => ({
  of: (name) => all.get(name)!.values,
  look(name, from, to) {
    const joined = all.get(name)!;
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(joined.values[i])) {
        local.report(name, joined.values[i]!, elementIn(joined, i));
        return;
      }
    }
  },
});

/** The rows of some parameters that any rank gives. */
export class JoinedRows {
  readonly #all: ReadonlyMap<string, Joined>;
  readonly #averager: Averager;
  readonly #source: AveragerSource;

  constructor(source: AveragerSource, all: readonly Joined[]) {
    this.#source = source;
    this.#all = new Map(all.map((each) => [each.name, each]));
    const cuts =
      source.cuts &&
      new Map(
        all.map((each) => {
          const cut = source.cuts!.get(each.name)!;
          return [each.name, cut.map((element) => placeOf(each, element))] as const;
        }),
      );
    this.#averager = new Averager(source.communicator, all, source.bytes, cuts);
  }

  /**
   * Averages the rows: those that a rank does not give count as zeros, as they do in whole gradients. So the mean equals that of one
   * process which is given the mean of whole gradients, of these rows.
   */
  average(local: LocalGradients): Exchange<void> {
    return this.#averager.average(givenOf(local, this.#all), this.#valuesOf);
  }

  /** The mean gradient of a parameter; where parts are cut, that of this rank's part. */
  meanOf(name: string): SparseGradient {
    const joined = this.#all.get(name)!;
    const { cuts, communicator } = this.#source;
    if (cuts === undefined) {
      return sparse(joined.rows, joined.values);
    }
    const [from, to] = cuts.get(name)!.slice(communicator.rank) as [number, number];
    return gradientOfPart(joined, from, to);
  }

  /** Gives each rank what all others have made of these rows, each in its part. */
  *gather(parameters: Parameters): Exchange<void> {
    const { cuts, communicator } = this.#source;
    for (const joined of this.#all.values()) {
      const data = parameters[joined.name]!.data;
      const [from, to] = cuts!.get(joined.name)!.slice(communicator.rank) as [number, number];
      const end = placeOf(joined, to);
      for (let place = placeOf(joined, from); place < end; place++) {
        joined.values[place] = data[elementIn(joined, place)]!;
      }
    }
    yield* this.#averager.gather(this.#valuesOf);
    for (const { name, rows, width, values } of this.#all.values()) {
      spread({ rows, values, width }, (row) => row, parameters[name]!.data as FloatArray);
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
): Exchange<JoinedRows> {
  const members = source.members.filter(({ name }) => names.has(name));
  const own = members.map(({ name }) => local.rowsOf(name)?.rows ?? new Int32Array(0));
  const rows = yield* rowsOfAll(source.communicator, own);
  const all = members.map((member, index): Joined => {
    const { shape, data } = parameters[member.name]!;
    const height = heightOf({ shape, length: data.length });
    return joinedOf(local, member, rows[index]!, height > 0 ? data.length / height : 0);
  });
  const joined = new JoinedRows(source, all);
  yield* joined.average(local);
  return joined;
}
