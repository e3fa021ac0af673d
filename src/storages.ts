/** How users have storages of states: with what compilers and runtime need of them, which bundles without any leave out. */

import * as brain from "./compilers/storages/bfloat16.ts";
import * as eightBits from "./compilers/storages/block8.ts";
import * as half from "./compilers/storages/float16.ts";
import type { Storage } from "./compilers/storages/storage.ts";
import { pieces } from "./compilers/wasm/codegen.ts";
import { inHalves } from "./compilers/wasm/encoded.ts";
import { inPieces } from "./compilers/wasm/pieces.ts";
import { encodedVectors } from "./compilers/wasm/walk.ts";
import { storings } from "./runtime/optimize.ts";
import { checkStorage, storing } from "./runtime/storing.ts";

/**
 * Defines how an optimizer may keep its states: `docs/storage.md` says what that takes.
 * @returns what it was given
 * @throws {BindingError} where kernels would not find its elements, or states could not tell it from others
 */
export function defineStorage<S extends Storage>(storage: S): S {
  checkStorage(storage);
  storings.provide(storing);
  encodedVectors.provide(inHalves);
  pieces.provide(inPieces);
  return storage;
}

/** @see brain.bfloat16 */
export const bfloat16: typeof brain.bfloat16 = /* @__PURE__ */ defineStorage(brain.bfloat16);
/** @see half.float16 */
export const float16: typeof half.float16 = /* @__PURE__ */ defineStorage(half.float16);
/** @see eightBits.block8 */
export const block8: typeof eightBits.block8 = /* @__PURE__ */ defineStorage(eightBits.block8);
