// The largest number of splats and the largest picture that a device allows, with the reason.
import { Failure } from "./device.ts";
import type { Picture } from "./picture.ts";
import { preparedBytes, tile } from "./shaders.ts";

type Size = Pick<Picture, "width" | "height">;

export interface Limit {
  readonly most: number;
  /** The reason, which follows "at most ... splats: ". */
  readonly why: string;
}

export const fewest = 1;

/** The number of splats that a tile has room for: four times the number at the beginning, at least 256. */
export function roomFor({ width, height }: Size, count: number): number {
  const space = Math.sqrt((width * height) / count);
  // At the beginning, a splat reaches sqrt(12) times half the space to the next one, to both sides.
  const reached = (tile + Math.sqrt(12) * space) ** 2 / space ** 2;
  return Math.max(256, Math.ceil(4 * reached));
}

/** Bytes that a shader may see of one buffer. */
const bindable = ({ maxBufferSize, maxStorageBufferBindingSize }: GPUSupportedLimits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);

/** All limits of the number of splats. The smallest one applies. Within them, the lists of tiles fit too. */
export function limitsOf(device: GPUSupportedLimits, picture: Size): readonly Limit[] {
  const { width, height } = picture;
  return [
    { most: width * height, why: `at most one for each of its ${width} × ${height} pixels` },
    {
      most: Math.floor(bindable(device) / preparedBytes),
      why: "a buffer of this GPU holds no more",
    },
    {
      most: 64 * device.maxComputeWorkgroupsPerDimension,
      why: "one dispatch of this GPU reaches no more",
    },
  ];
}

export const limitOf = (device: GPUSupportedLimits, picture: Size): Limit =>
  limitsOf(device, picture).reduce((least, each) => (each.most < least.most ? each : least));

const written = (count: number): string => count.toLocaleString("en");

/** States a picture's limit. */
export const sentence = ({ most, why }: Limit): string =>
  `This picture can have ${fewest} to ${written(most)} splats: ${why}.`;

/** @throws Failure with the allowed range */
export function checkCount(device: GPUSupportedLimits, picture: Size, count: number): void {
  const limit = limitOf(device, picture);
  if (!Number.isInteger(count)) {
    throw new Failure(`The number of splats must be a whole number. ${sentence(limit)}`);
  }
  if (count < fewest || count > limit.most) {
    throw new Failure(
      `${written(count)} splats are too ${count < fewest ? "few" : "many"}. ${sentence(limit)}`,
    );
  }
}

/** The longest side of a picture that a device can fit. Each pixel is four floats, and a texture shows the picture. */
export const longestSide = (device: GPUSupportedLimits): number =>
  Math.min(device.maxTextureDimension2D, Math.floor(Math.sqrt(bindable(device) / 16)));
