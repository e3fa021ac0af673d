/**
 * The checksum of a checkpoint: CRC-32 of the whole file, computed with zeros in place of the sum's own eight hexadecimal digits.
 * These come first in the header, always at the same byte. So the elements can be written while the sum is computed, and the digits
 * are filled in afterwards.
 */
import { crc32 } from "./crc32.ts";
import { CheckpointError } from "./errors.ts";
import { metadataKey, prefixBytes } from "./safetensors/index.ts";

export const checksumKey = "gradus.checksum";

const digits = 8;

/** A placeholder for the digits. */
export const noChecksum = "0".repeat(digits);

const before = `{"${metadataKey}":{"${checksumKey}":"`;

/** The position of the first digit in the file. */
export const checksumAt = prefixBytes + before.length;

export const checksumText = (sum: number): string => sum.toString(16).padStart(digits, "0");

/**
 * Starts the sum with the bytes before the elements.
 * @param start the header with its length before it, as in the file
 * @param text the digits, as in the header's metadata
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

/** @throws {CheckpointError} if the sum of the whole file is not the one in its header */
export function checkSum(text: string, sum: number): void {
  if (text !== checksumText(sum)) {
    throw new CheckpointError(
      `its checksum is ${checksumText(sum)}, and was ${text} when it was written: the file is damaged`,
    );
  }
}
