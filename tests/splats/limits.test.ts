/** How many splats a picture and a device take: what the page says, and that it is so. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkCount,
  limitOf,
  longestSide,
  roomFor,
  sentence,
} from "../../examples/splats/limits.ts";
import { preparedBytes } from "../../examples/splats/shaders.ts";

/** WebGPU's lowest. */
const lowest = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxTextureDimension2D: 8192,
} as GPUSupportedLimits;

const landscape = { width: 320, height: 240 };

describe("limits", () => {
  it("are one splat a pixel where the device has room for as many", () => {
    expect(sentence(limitOf(lowest, landscape))).toBe(
      "This picture can have 1 to 76,800 splats: at most one for each of its 320 × 240 pixels.",
    );
  });

  it("say of a million splats that they are too many", () => {
    expect(() => checkCount(lowest, landscape, 1_000_000)).toThrow(
      "1,000,000 splats are too many. This picture can have 1 to 76,800 splats: at most one for each of its 320 × 240 pixels.",
    );
  });

  it.each([
    [0, "0 splats are too few."],
    [-1, "-1 splats are too few."],
    [2.5, "The number of splats must be a whole number."],
    [Number.NaN, "The number of splats must be a whole number."],
    [Number.POSITIVE_INFINITY, "The number of splats must be a whole number."],
  ])("refuse %d", (count, why) => {
    expect(() => checkCount(lowest, landscape, count)).toThrow(why);
  });

  it.each([
    [{ maxBufferSize: 64_000 }, "1 to 1,000 splats: a buffer of this GPU holds no more."],
    [
      { maxComputeWorkgroupsPerDimension: 10 },
      "1 to 640 splats: one dispatch of this GPU reaches no more.",
    ],
  ])("are the device's where it has less: %o", (less, why) => {
    expect(sentence(limitOf({ ...lowest, ...less }, landscape))).toContain(why);
  });

  it("keep every buffer and every dispatch within the device's", () => {
    const size = fc.integer({ min: 1, max: longestSide(lowest) });
    fc.assert(
      fc.property(size, size, (width, height) => {
        const { most } = limitOf(lowest, { width, height });
        const tiles = Math.ceil(width / 16) * Math.ceil(height / 16);
        const bytes = lowest.maxStorageBufferBindingSize;
        expect(preparedBytes * most).toBeLessThanOrEqual(bytes);
        expect(4 * tiles * roomFor({ width, height }, most)).toBeLessThanOrEqual(bytes);
        expect(Math.ceil(most / 64)).toBeLessThanOrEqual(lowest.maxComputeWorkgroupsPerDimension);
        expect(16 * width * height).toBeLessThanOrEqual(bytes);
      }),
    );
  });
});
