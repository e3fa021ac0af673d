/** Averages sparse gradients, over the union of the rows that ranks have. */
import { heightOf } from "../../runtime/binding/tensor.ts";
import { type SparseGradient, sparse } from "../../runtime/gradients/sparse.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";
import type { Communicator } from "../communicator.ts";
import { type Exchange, gathered } from "../exchange.ts";
import { Averager, type Given } from "./averager.ts";
import { arrayOf, type Member } from "./buckets.ts";
import { type LocalGradients, spread } from "./localGradients.ts";

/** The rows of a parameter that at least one rank has, in ascending order, with the values of this rank. */
interface Joined extends Member {
  readonly rows: Int32Array;
  readonly width: number;
  /** Zero in rows that this rank does not have. */
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
    const { rows, width, values } = all.get(name)!;
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(values[i])) {
        local.report(name, values[i]!, rows[Math.floor(i / width)]! * width + (i % width));
        return;
      }
    }
  },
});

/**
 * Averages rows. A row that a rank does not have counts as zeros, as in whole gradients. So the result equals the mean of whole gradients
 * in these rows.
 * @param members the parameters whose gradients are sparse on all ranks; the same on all ranks
 * @param bytes the size of a bucket
 */
export function* averageRows(
  communicator: Communicator,
  local: LocalGradients,
  parameters: Readonly<Record<string, AnyParameter>>,
  members: readonly Member[],
  bytes: number,
): Exchange<Record<string, SparseGradient>> {
  const own = members.map(({ name }) => local.rowsOf(name)?.rows ?? new Int32Array(0));
  const rows = yield* rowsOfAll(communicator, own);
  const all = members.map((member, index): Joined => {
    const { shape, data } = parameters[member.name]!;
    const height = heightOf({ shape, length: data.length });
    return joinedOf(local, member, rows[index]!, data.length / height);
  });
  const byName = new Map(all.map((each) => [each.name, each]));
  const averager = new Averager(communicator, all, bytes);
  yield* averager.average(givenOf(local, byName), (name) => byName.get(name)!.values);
  return Object.fromEntries(
    all.map(({ name, rows: each, values }) => [name, sparse(each, values)]),
  );
}
