/** Lower bounds for moving state: copies of as many bytes, and a plain loop over rows. */
import { timed } from "../harness/interleave.ts";
import { sampleOf } from "./arrays.ts";
import type { RemapContestant, RemapProblem, Ways } from "./peer.ts";

type States = readonly [Float32Array, Float32Array];

const filled = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => index % 2 ** 20);

/** Provides arrays for two states of so many elements. */
type Room = (length: number) => Float32Array[];

const newArrays: Room = (length) => [new Float32Array(length), new Float32Array(length)];

/** New memory like that of the parameters, which also holds the state: its pages are untouched. */
const newMemory: Room = (length) => {
  const pages = Math.ceil((8 * length) / 65_536);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true });
  return [0, 4 * length].map((at) => new Float32Array(buffer, at, length));
};

/** Memory that has been used before. */
function inUse(): Room {
  let room: Float32Array[] | undefined;
  return (length) => {
    room ??= newArrays(length).map((each) => each.fill(1));
    return room;
  };
}

/** @param move moves a state by the list */
function contestant(
  name: string,
  { rows, width, list }: RemapProblem,
  roomFor: Room,
  move: (from: Float32Array, to: Float32Array) => void,
): RemapContestant {
  const from: States = [filled(rows * width), filled(rows * width)];
  let to = roomFor(list.length * width);
  const step = () => {
    to = roomFor(list.length * width);
    move(from[0], to[0]!);
    move(from[1], to[1]!);
  };
  return {
    name,
    run: timed(step),
    sample: (count) => (move === copy ? [] : sampleOf([to[0]!], count)),
  };
}

/** Copies as many bytes as the list's rows have, and starts again at the end of the source. */
function copy(from: Float32Array, to: Float32Array): void {
  const least = Math.min(from.length, to.length);
  to.set(from.subarray(0, least));
  to.set(from.subarray(0, to.length - least), least);
}

const gather =
  ({ list, width }: RemapProblem) =>
  (from: Float32Array, to: Float32Array): void => {
    for (let row = 0; row < list.length; row++) {
      const [read, write] = [list[row]! * width, row * width];
      for (let column = 0; column < width; column++) {
        to[write + column] = from[read + column]!;
      }
    }
  };

export function plainRemaps(problem: RemapProblem): Ways<RemapContestant> {
  const places = { "new arrays": newArrays, "a new memory": newMemory, "arrays in use": inUse() };
  const moves = { copy, "plain gather": gather(problem) };
  return Object.fromEntries(
    Object.entries(moves).flatMap(([how, move]) =>
      Object.entries(places).map(([where, roomFor]) => {
        const name = `${how} to ${where}`;
        return [name, () => contestant(name, problem, roomFor, move)];
      }),
    ),
  );
}
