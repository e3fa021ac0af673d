/** Checks that the parameters of all ranks still have the same bits. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { AnyParameter, ParameterArray } from "../runtime/parameters.ts";
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";
import { RankError } from "./errors.ts";
import { gatherNumbers } from "./gather.ts";

/** FNV's prime, of 32 bits. */
const prime = 0x01000193;

/**
 * A checksum of the bits of an array. Two arrays of the same length that differ in one place have different checksums. It uses four
 * lanes, because each multiplication waits for the one before in its lane: 0.6 ns for 4 bytes.
 */
export function checksumOf(array: ParameterArray): number {
  // A view of 32-bit words must begin at a multiple of 4 bytes. A part of an array of 16 bits may begin elsewhere.
  const { buffer, byteOffset } = array.byteOffset % 4 === 0 ? array : array.slice();
  const bytes = array.byteLength;
  const words = new Int32Array(buffer, byteOffset, bytes >>> 2);
  let [a, b, c, d] = [0, 1, 2, 3];
  let i = 0;
  for (const end = words.length - 3; i < end; i += 4) {
    a = Math.imul(a ^ words[i]!, prime);
    b = Math.imul(b ^ words[i + 1]!, prime);
    c = Math.imul(c ^ words[i + 2]!, prime);
    d = Math.imul(d ^ words[i + 3]!, prime);
  }
  for (; i < words.length; i++) {
    a = Math.imul(a ^ words[i]!, prime);
  }
  for (const byte of new Uint8Array(buffer, byteOffset + (bytes & ~3), bytes & 3)) {
    a = Math.imul(a ^ byte, prime);
  }
  for (const lane of [b, c, d]) {
    a = Math.imul(a ^ lane, prime);
  }
  return a;
}

/** The value that most ranks have. If two are equally frequent, that of the lowest rank. */
function mostFrequent(values: readonly number[]): number {
  const count = (value: number) => values.filter((each) => each === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}

/**
 * Compares the number of updates and the parameters of all ranks.
 * @throws {RankError} on all ranks: it names the first rank that differs from most others
 */
export function* checkDrift(communicator: Communicator, optimizer: AnyOptimizer): Coroutine<void> {
  const parameters = optimizer.parameters as Readonly<Record<string, AnyParameter>>;
  const names = Object.keys(parameters).sort();
  const own = [optimizer.steps, ...names.map((name) => checksumOf(parameters[name]!.data))];
  const all = yield* gatherNumbers(communicator, own);
  for (const index of own.keys()) {
    const values = Array.from(
      { length: communicator.size },
      (_, rank) => all[rank * own.length + index]!,
    );
    const expected = mostFrequent(values);
    const rank = values.findIndex((value) => value !== expected);
    if (rank >= 0) {
      const problem =
        index === 0
          ? `has made ${values[rank]} updates, and most ranks ${expected}`
          : `has drifted: after update ${optimizer.steps}, its parameter \`${names[index - 1]}\` differs from that of most ranks`;
      throw new RankError(
        rank,
        `rank ${rank} ${problem}. Nothing was updated in this step; continue all ranks from the same checkpoint`,
      );
    }
  }
}
