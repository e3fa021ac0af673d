// More splats where they are needed, and none where they are of no use.
import { attributes, numbers } from "./attributes.ts";
import type { Picture } from "./picture.ts";

/** Stands for the row of a splat that was not there before. */
export const fresh = 0xffffffff;

export interface Densified {
  /** The numbers of all splats. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Which splat each one was, or `fresh`: its moments follow it. */
  readonly rows: Uint32Array<ArrayBuffer>;
}

/** A splat whose colours are all below this, in parts of white, is transparent: a screen would hardly show it. */
const faintest = 0.01;
/** In pixels: a splat that is smaller along both axes falls between them. */
const smallest = 0.2;
/** In pixels: a splat that is larger along an axis is split, others are cloned. */
const large = 1;
/** How far the halves of a split lie from its middle, in its size along the longer axis. */
const apart = 0.7;

const { position, scale, rotation, colour } = attributes;
const colours = [0, 1, 2].map((channel) => colour.first + channel);

/** Whether a splat is of use: it is no longer seen where it is transparent, tiny or outside of the picture. */
function isUseful(splat: Float32Array, { width, height }: Pick<Picture, "width" | "height">) {
  const size = Math.exp(Math.max(splat[scale.first]!, splat[scale.first + 1]!));
  const [x, y] = [splat[position.first]!, splat[position.first + 1]!];
  const isWithin = x > -3 * size && x < width + 3 * size && y > -3 * size && y < height + 3 * size;
  return isWithin && size > smallest && colours.some((at) => Math.abs(splat[at]!) > faintest);
}

/** The axis along which a splat is longer: which it is, its direction, and its size along it. */
function longerAxis(splat: Float32Array) {
  const axis = splat[scale.first]! >= splat[scale.first + 1]! ? 0 : 1;
  const angle = splat[rotation.first]! + axis * (Math.PI / 2);
  const size = Math.exp(splat[scale.first + axis]!);
  return { at: scale.first + axis, x: Math.cos(angle), y: Math.sin(angle), size };
}

/** Two splats for one: together as bright as it was, as long, and in its middle. */
function halves(splat: Float32Array): [Float32Array, Float32Array] {
  const { at, x, y, size } = longerAxis(splat);
  // So that the variance of both together, apart² + shorter², is what it was.
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

/** A twin for a splat that is too small to be split: both have half of the colour, and the twin is a size away, so that they part. */
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

/** The rows with the largest pulls. */
function mostPulled(rows: readonly number[], pull: Float32Array, count: number): Set<number> {
  const sorted = [...rows].sort((a, b) => pull[b]! - pull[a]!);
  return new Set(sorted.slice(0, count));
}

/**
 * Prunes splats that are of no use, and splits or clones those that are pulled about most: where one splat would have to be in
 * two places, its gradient of position stays large.
 * @param values the numbers of all splats
 * @param pull how strongly each was pulled about lately
 * @param most splats that there may be afterwards: at most twice as many as now
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
  // One stays, though it be of no use: of a black picture none is.
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
