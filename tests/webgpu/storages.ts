/** States of 8 and 16 bits on a GPU: what it stores for numbers and loads from bits, in Node and in a page. */
import type { Storage, StoredElements } from "../../src/index.ts";
import { type GpuParameterSource, optimize, parameters } from "../../src/webgpu/index.ts";
import { decoded, echo, encoded, neighbourhoods } from "../support/storages.ts";

/** Where parameters are. From buffers of our own, four elements are read at once. */
export const places: Readonly<
  Record<string, (device: GPUDevice, length: number) => GpuParameterSource>
> = {
  "in buffers of our own": (device, length) => parameters(device, { w: [length] }),
  "in buffers of the caller's": (device, length) => {
    const buffer = device.createBuffer({ size: 4 * length + 4, usage: 0x80 | 0x4 | 0x8 });
    return { w: { buffer, offset: 4, shape: [length] } };
  },
};

const wordsOf = (numbers: Float32Array): Uint32Array<ArrayBuffer> =>
  new Uint32Array(Float32Array.from(numbers).buffer);

/** What a device stores for numbers, and what it loads from that, or from other bits. */
export async function echoedBy(
  device: GPUDevice,
  storage: Storage,
  place: (typeof places)[string],
  numbers: Float32Array,
  bits?: StoredElements,
) {
  const net = place(device, numbers.length);
  const optimizer = await optimize(device, net, echo(), {
    ...{ nonFinite: "allow", storage: { state: storage } },
  });
  const { buffer, offset } = optimizer.gradients["w"]!;
  device.queue.writeBuffer(buffer, offset, wordsOf(numbers));
  optimizer.step();
  const snapshot = await optimizer.read();
  const array = snapshot.stateViews().parameters["w"]!["echo.m"]!;
  const stored = array.slice();
  if (bits !== undefined) {
    array.set(bits);
    optimizer.write(snapshot);
  }
  optimizer.step();
  const loaded = (await optimizer.read()).parameters["w"]!.data;
  optimizer.dispose();
  return { stored, loaded };
}

/** Pseudorandom numbers in (0, 1), the same in each run. */
function drawing(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The float32 that is so many units after another. */
function behind(value: number, units: number): number {
  float[0] = value;
  word[0]! += units;
  return float[0];
}

/** The numbers of a block of 256, for each kind of block. */
const kinds: readonly ((random: () => number) => (i: number) => number)[] = [
  () => () => 0,
  () => () => -0,
  () => (i) => (i === 7 ? Infinity : i === 9 ? -Infinity : i % 3),
  () => () => Infinity,
  () => (i) => (i === 3 ? NaN : i),
  () => (i) => (i === 200 ? 3e38 : 1e-30 * i),
  () => (i) => (i === 200 ? -3e38 : 1e-30 * i),
  () => (i) => (i === 5 ? 1.1754942e-38 : i * 1e-45),
  () => (i) => (i % 2 ? 1 : -1) * i * 1e-45,
  () => () => 0.1,
  (random) => () => random(),
  (random) => () => random() - 0.5,
  (random) => () => 10 ** (-12 * random()),
  (random) => () => (random() - 0.5) * 10 ** (-6 * random()),
  // Around the middle between two codes, where a quotient that is one unit off rounds differently.
  (random) => {
    const power = 2 ** Math.floor(40 * random() - 20);
    const largest = Math.fround(random() < 0.5 ? power : power * (1 + random()));
    return (i) => {
      const half = ((33 - 2 * Math.ceil(8 * random())) / 32) * 2 ** -Math.floor(8 * random());
      return i === 0 ? largest : behind(half * largest, Math.floor(5 * random()) - 2);
    };
  },
  // Around the values that are nearer to 0 than to the smallest magnitude.
  (random) => (i) => (i === 0 ? -1 : behind(2 ** -17 * 1.25, Math.floor(9 * random()) - 4)),
];

/** Blocks of all kinds, the last one not full. */
function blocksOfAllKinds(): Float32Array {
  const random = drawing();
  const numbers = Array.from({ length: 12 }, () => kinds)
    .flat()
    .flatMap((kind) => {
      const of = kind(random);
      return Array.from({ length: 256 }, (_, i) => of(i));
    });
  return Float32Array.from(numbers.slice(0, -199));
}

/** WGSL lets a device treat a subnormal number as 0. */
const isSame = (found: number, expected: number): boolean =>
  Object.is(found, expected) || (found === 0 && Math.abs(expected) < 2 ** -126);

function differences(
  what: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  numbers: ArrayLike<number>,
): string[] {
  const wrong = [...Array(expected.length).keys()].filter((i) => !isSame(found[i]!, expected[i]!));
  const first = wrong[0]!;
  return wrong.length === 0 && found.length === expected.length
    ? []
    : [
        `${what}: ${wrong.length} of ${expected.length}, such as ${first}: ${found[first]} instead of ${expected[first]} (${numbers[first]})`,
      ];
}

/** The values that a device stores or loads differently from the CPU, in words. */
export async function mistakesOfStorage(
  device: GPUDevice,
  storage: Storage,
  place: (typeof places)[string],
): Promise<string[]> {
  const numbers = storage.encoding ? neighbourhoods(storage) : blocksOfAllKinds();
  const bits = encoded(storage, numbers);
  const stored = await echoedBy(device, storage, place, numbers);
  const all = storage.encoding && Uint16Array.from(numbers, (_, i) => i);
  const loaded = all
    ? (await echoedBy(device, storage, place, numbers, all)).loaded
    : stored.loaded;
  return [
    ...differences("stored", stored.stored, bits, numbers),
    ...differences("loaded", loaded, decoded(storage, all ?? bits), all ?? bits),
  ];
}
