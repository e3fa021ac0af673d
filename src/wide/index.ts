/**
 * Vectors of 256 bits in place of 128, up to twice as fast where numbers are in a cache, with the same bits. Import it before
 * optimizers are made:
 *
 *     import "gradus/wide";
 *
 * It sets a flag of V8's that is experimental (`--experimental-wasm-revectorize`) for the whole process, checks a few kernels against
 * the interpreter's bits, and takes the flag back where one differs. It needs Node 24 or newer on x64 with AVX2, not macOS;
 * elsewhere it says why not, in a line, and changes nothing. Workers of your own import it too.
 *
 * @packageDocumentation
 */
import { type Width, widen } from "./widen.ts";

export type { Width } from "./widen.ts";

/** How wide vectors are, and what keeps them from being wider. */
export const width: Width = widen();

if (width.reason !== undefined) {
  console.warn(`gradus/wide: vectors stay 128 bits wide: ${width.reason}`);
}
