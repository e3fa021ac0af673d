// How many splats there may be, and how large a picture: what the device and the picture allow, and why.
import { Failure } from "./device.ts";
import type { Picture } from "./picture.ts";
import { preparedBytes, tile } from "./shaders.ts";

type Size = Pick<Picture, "width" | "height">;

export interface Limit {
  readonly most: number;
  /** What it comes from, to stand behind "at most ... splats: ". */
  readonly why: string;
}

export const fewest = 1;

/** Splats of all sizes that a tile has room for, if so many are fitted: four times those it begins with, and no fewer than 256. */
export function roomFor({ width, height }: Size, count: number): number {
  const space = Math.sqrt((width * height) / count);
  // At the beginning a splat reaches sqrt(12) times half the space to the next one, to both sides.
  const reached = (tile + Math.sqrt(12) * space) ** 2 / space ** 2;
  return Math.max(256, Math.ceil(4 * reached));
}

/** Bytes that a shader may see of one buffer. */
const bindable = ({ maxBufferSize, maxStorageBufferBindingSize }: GPUSupportedLimits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);

/** All limits of the number of splats: the least is the one that counts. The lists of tiles fit wherever these hold. */
export function limitsOf(device: GPUSupportedLimits, picture: Size): readonly Limit[] {
  const { width, height } = picture;
  return [
    { most: width * height, why: `one for each of its ${width} × ${height} pixels` },
    {
      most: Math.floor(bindable(device) / preparedBytes),
      why: "as many as a buffer of this GPU holds",
    },
    {
      most: 64 * device.maxComputeWorkgroupsPerDimension,
      why: "as many as one dispatch of this GPU reaches",
    },
  ];
}

export const limitOf = (device: GPUSupportedLimits, picture: Size): Limit =>
  limitsOf(device, picture).reduce((least, each) => (each.most < least.most ? each : least));

const written = (count: number): string => count.toLocaleString("en");

/** The sentence for a picture's limit. */
export const sentence = ({ most, why }: Limit): string =>
  `This picture takes ${fewest} to ${written(most)} splats: ${why}.`;

/** @throws Failure which says what is allowed */
export function checkCount(device: GPUSupportedLimits, picture: Size, count: number): void {
  const limit = limitOf(device, picture);
  if (!Number.isInteger(count)) {
    throw new Failure(`The number of splats is a whole number. ${sentence(limit)}`);
  }
  if (count < fewest || count > limit.most) {
    throw new Failure(
      `${written(count)} splats are too ${count < fewest ? "few" : "many"}. ${sentence(limit)}`,
    );
  }
}

/** The longest side of a picture that a device can fit: its pixels are four floats each, and a texture shows them. */
export const longestSide = (device: GPUSupportedLimits): number =>
  Math.min(device.maxTextureDimension2D, Math.floor(Math.sqrt(bindable(device) / 16)));
