/** Collects what must be equal on all ranks, and finds the first difference. */
import { crc32 } from "../checkpoint/crc32.ts";
import { type FloatArray, typeOf } from "../runtime/memory/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";

/** Names for messages, such as "the shape of `w`", with their values. */
export type Facts = readonly (readonly [name: string, value: string])[];

const byName = <V>(record: Readonly<Record<string, V>>): [name: string, value: V][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The shapes and types of parameters. */
export const parameterFacts = (parameters: Readonly<Record<string, AnyParameter>>): Facts =>
  byName(parameters).flatMap(([name, { data, shape, storage }]) => [
    [`the shape of \`${name}\``, `[${shape.join(", ")}]`],
    [`the type of \`${name}\``, storage?.name ?? typeOf(data as FloatArray)],
  ]);

/**
 * The rules and hyperparameters of parameters, also those of inner optimizers. Seeds are left out, because each rank may have its own.
 * @param whose a prefix for the names, such as "the outer "
 */
export function ruleFacts(state: OptimizerState<unknown>, whose: string): Facts {
  const rules: Record<string, string> = Object.create(null);
  const settings: Record<string, string> = Object.create(null);
  for (const { parameters, rule, hyper, storages = {} } of state.groups) {
    for (const name of parameters) {
      rules[`${whose}rule of \`${name}\``] = rule;
      for (const [key, value] of Object.entries({ ...hyper, ...storages })) {
        settings[`${whose}\`${key}\` of \`${name}\``] = String(value);
      }
    }
  }
  const nested = byName(state.nested).flatMap(([name, inner]) =>
    ruleFacts(inner, `${whose}${name}'s `),
  );
  return [...byName(rules), ...byName(settings), ...nested];
}

const textOf = (facts: Facts): Uint8Array => new TextEncoder().encode(JSON.stringify(facts));

/** A checksum of 32 bits. Different facts have the same one in one of four thousand million cases. */
export const checksumOfFacts = (facts: Facts): number => crc32(textOf(facts));

/** Bounds for a gather, if the present ranks have parts of these lengths, and all others have empty ones. */
function boundsOf(size: number, present: readonly number[], lengths: ArrayLike<number>): number[] {
  const bounds = [0];
  for (let rank = 0; rank < size; rank++) {
    const at = present.indexOf(rank);
    bounds.push(bounds[rank]! + (at < 0 ? 0 : lengths[at]!));
  }
  return bounds;
}

/**
 * Finds the first rank whose facts differ from those of the first present rank.
 * @param present the ranks that are here
 * @returns a sentence that names the rank and the difference, the same on all ranks; undefined if there is none
 */
export function* differenceOf(
  communicator: Communicator,
  present: readonly number[],
  facts: Facts,
): Coroutine<string | undefined> {
  const { rank, size } = communicator;
  const own = textOf(facts);
  const lengths = new Uint32Array(present.length);
  lengths[present.indexOf(rank)] = own.length;
  const one = lengths.map(() => 1);
  yield communicator.allGather(lengths, boundsOf(size, present, one));
  const bounds = boundsOf(size, present, lengths);
  const texts = new Uint8Array(bounds[size]!);
  texts.set(own, bounds[rank]!);
  yield communicator.allGather(texts, bounds);
  const all = present.map((each) => {
    const text = new TextDecoder().decode(texts.subarray(bounds[each]!, bounds[each + 1]!));
    return new Map(JSON.parse(text) as Facts);
  });
  for (const [at, other] of all.entries()) {
    const difference = firstDifference(all[0]!, other);
    if (difference !== undefined) {
      const { name, before, now } = difference;
      return `${name} is ${now} on rank ${present[at]}, and ${before} on rank ${present[0]}`;
    }
  }
  return undefined;
}

/** Finds the first difference. @returns its name, and both values; undefined if there is none */
export function firstDifference(
  first: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
) {
  const name = [...first.keys(), ...other.keys()].find(
    (each) => first.get(each) !== other.get(each),
  );
  const none = "missing";
  return name === undefined
    ? undefined
    : { name, before: first.get(name) ?? none, now: other.get(name) ?? none };
}
