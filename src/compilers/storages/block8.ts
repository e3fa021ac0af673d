import { decode, encode, head, length } from "./block8Codes.ts";
import { decoder } from "./block8Decoder.ts";
import { encoder } from "./block8Encoder.ts";
import type { Storage } from "./storage.ts";

/**
 * One byte for each element, and a float32 for each 256 of them, which is their largest magnitude. An element is a float of 8
 * bits relative to that: where none of the block is negative it has 5 bits of exponent and 3 of mantissa, down to 3e-10 of the
 * largest, and what is not 0 is kept above 0; else a sign, 4 and 3, down to 1.6e-5, and what is nearer to 0 becomes 0. Rounds to
 * the nearest. Of Adam's states, `v` is of the former kind and `m` of the latter. A block with an element that is no number
 * has no others. Arrays of fewer than 4096 elements stay as they are: `{ ...block8, least: 1000 }` is another number.
 */
// Without spreads: bundles that do not use it leave it out.
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
