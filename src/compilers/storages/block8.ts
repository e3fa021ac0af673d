import { decode, encode, head, length } from "./block8Codes.ts";
import { decoder } from "./block8Decoder.ts";
import { encoder } from "./block8Encoder.ts";
import type { Storage } from "./storage.ts";

/**
 * One byte for each element, and a float32 for each block of 256 elements: the block's largest magnitude. An element is an
 * 8-bit float relative to it. If the block has no negative number, the float has 5 bits of exponent and 3 of mantissa, down
 * to 3e-10 of the largest, and a number that is not 0 stays above 0. Otherwise it has a sign, 4 and 3 bits, down to 1.6e-5,
 * and smaller magnitudes become 0. Rounds to nearest. Of Adam's states, `v` has no negative numbers and `m` has. In a block
 * with a NaN, all elements become NaN. Arrays of fewer than 4096 elements are not encoded; `{ ...block8, least: 1000 }` changes
 * this number.
 */
// Written without spreads, so that bundles which do not use it leave it out.
export const block8: Storage<"block8"> = {
  name: "block8",
  bytes: 1,
  Elements: Uint8Array,
  least: 4096,
  blocks: {
    length,
    head,
    encode,
    decode,
    encoder: () => encoder(),
    decoder,
    drawn: { encode, encoder },
  },
};
