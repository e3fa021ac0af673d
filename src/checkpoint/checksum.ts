/**
 * The checksum of a checkpoint: CRC-32 of all of the file, with zeros in the place of its own eight
 * hexadecimal digits. These stand first in the header, always at the same byte: so the elements can be
 * written while they are summed up, and the digits put in afterwards.
 */
import { crc32 } from "./crc32.ts";
import { CheckpointError } from "./errors.ts";
import { metadataKey, prefixBytes } from "./safetensors/index.ts";

export const checksumKey = "gradus.checksum";

const digits = 8;

/** In the place of the digits before they are known. */
export const noChecksum = "0".repeat(digits);

const before = `{"${metadataKey}":{"${checksumKey}":"`;

/** Of the first digit, in the file. */
export const checksumAt = prefixBytes + before.length;

export const checksumText = (sum: number): string => sum.toString(16).padStart(digits, "0");

/**
 * Begins the sum at what stands before the elements.
 * @param start the header with its length before it, as it is in the file
 * @param text the digits, as the header's metadata have them
 */
export function headerSum(start: Uint8Array, text: string): number {
  const place = new TextDecoder().decode(start.subarray(prefixBytes, checksumAt + digits));
  if (place !== before + text) {
    throw new CheckpointError(
      `its checksum is not where Gradus writes it: the file was rewritten by another program, or is damaged`,
    );
  }
  const cleared = start.slice();
  cleared.set(new TextEncoder().encode(noChecksum), checksumAt);
  return crc32(cleared);
}

/** @throws {CheckpointError} where the sum of the whole file is not what its header says */
export function checkSum(text: string, sum: number): void {
  if (text !== checksumText(sum)) {
    throw new CheckpointError(
      `its checksum is ${checksumText(sum)}, and was ${text} when it was written: the file is damaged`,
    );
  }
}
