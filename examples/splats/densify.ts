// Adds splats where they are needed, and removes those that are not visible.
import { attributes, numbers } from "./attributes.ts";
import type { Picture } from "./picture.ts";

/** The entry of a new splat in a list of rows. */
export const fresh = 0xffffffff;

export interface Densified {
  /** The numbers of all splats. */
  readonly values: Float32Array<ArrayBuffer>;
  /** For each splat, the row that it had before, or `fresh`. Its moments follow it. */
  readonly rows: Uint32Array<ArrayBuffer>;
}

/** If all colours of a splat are below this fraction of white, it counts as transparent: a screen would hardly show it. */
const faintest = 0.01;
/** In pixels. A splat that is smaller along both axes falls between pixels. */
const smallest = 0.2;
/** In pixels. A splat that is larger along an axis is split; others are cloned. */
const large = 1;
/** The distance of both halves of a split from its centre, as a fraction of its size along the longer axis. */
const apart = 0.7;

const { position, scale, rotation, colour } = attributes;
const colours = [0, 1, 2].map((channel) => colour.first + channel);

/** Whether a splat is visible: not transparent, not tiny, and not outside the picture. */
function isUseful(splat: Float32Array, { width, height }: Pick<Picture, "width" | "height">) {
  const size = Math.exp(Math.max(splat[scale.first]!, splat[scale.first + 1]!));
  const [x, y] = [splat[position.first]!, splat[position.first + 1]!];
  const isWithin = x > -3 * size && x < width + 3 * size && y > -3 * size && y < height + 3 * size;
  return isWithin && size > smallest && colours.some((at) => Math.abs(splat[at]!) > faintest);
}

/** The longer axis of a splat: its index, its direction, and the size along it. */
function longerAxis(splat: Float32Array) {
  const axis = splat[scale.first]! >= splat[scale.first + 1]! ? 0 : 1;
  const angle = splat[rotation.first]! + axis * (Math.PI / 2);
  const size = Math.exp(splat[scale.first + axis]!);
  return { at: scale.first + axis, x: Math.cos(angle), y: Math.sin(angle), size };
}

/** Splits a splat into two. Together they have its brightness, length and centre. */
function halves(splat: Float32Array): [Float32Array, Float32Array] {
  const { at, x, y, size } = longerAxis(splat);
  // Then the variance of both together, apart² + shorter², is the same as before.
  const shorter = Math.sqrt(1 - apart ** 2);
  return [-apart, apart].map((side) => {
    const half = splat.slice();
    half[position.first]! += side * size * x;
    half[position.first + 1]! += side * size * y;
    half[at]! += Math.log(shorter);
    for (const channel of colours) {
      half[channel]! /= 2 * shorter;
    }
    return half;
  }) as [Float32Array, Float32Array];
}

/** Clones a splat that is too small to be split. Both get half of the colour. The clone is moved by its size, so that they separate. */
function clones(splat: Float32Array): [Float32Array, Float32Array] {
  const [original, twin] = [splat.slice(), splat.slice()];
  for (const channel of colours) {
    original[channel]! /= 2;
    twin[channel]! /= 2;
  }
  const { x, y, size } = longerAxis(splat);
  twin[position.first]! += size * x;
  twin[position.first + 1]! += size * y;
  return [original, twin];
}

/** The rows with the largest position gradients. */
function mostPulled(rows: readonly number[], pull: Float32Array, count: number): Set<number> {
  const sorted = [...rows].sort((a, b) => pull[b]! - pull[a]!);
  return new Set(sorted.slice(0, count));
}

/**
 * Prunes splats that are not visible, and splits or clones those with the largest position gradients. If a splat would have to be in two
 * places, its position gradient stays large.
 * @param values the numbers of all splats
 * @param pull the summed size of each splat's position gradients
 * @param most the largest number of splats afterwards; at most twice the present number
 */
export function densified(
  values: Float32Array,
  pull: Float32Array,
  most: number,
  picture: Pick<Picture, "width" | "height">,
): Densified {
  const splat = (row: number) => values.subarray(numbers * row, numbers * (row + 1));
  const all = Array.from({ length: values.length / numbers }, (_, row) => row);
  const found = all.filter((row) => isUseful(splat(row), picture));
  // One splat always stays, even if none is visible, as in a black picture.
  const useful = found.length > 0 ? found : [0];
  const chosen = mostPulled(useful, pull, Math.max(0, most - useful.length));
  const rows: number[] = [];
  const splats: Float32Array[] = [];
  for (const row of useful) {
    if (!chosen.has(row)) {
      rows.push(row);
      splats.push(splat(row));
    } else if (longerAxis(splat(row)).size > large) {
      rows.push(fresh, fresh);
      splats.push(...halves(splat(row)));
    } else {
      rows.push(row, fresh);
      splats.push(...clones(splat(row)));
    }
  }
  const next = new Float32Array(numbers * rows.length);
  for (const [i, each] of splats.entries()) {
    next.set(each, numbers * i);
  }
  return { values: next, rows: Uint32Array.from(rows) };
}
