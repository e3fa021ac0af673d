/** How users have storages of states: with what compilers and runtime need of them, which bundles without any leave out. */

import * as brain from "./compilers/storages/bfloat16.ts";
import * as eightBits from "./compilers/storages/block8.ts";
import * as half from "./compilers/storages/float16.ts";
import type { Storage } from "./compilers/storages/storage.ts";
import { pieces } from "./compilers/wasm/codegen.ts";
import { inHalves } from "./compilers/wasm/encoded.ts";
import { inPieces } from "./compilers/wasm/pieces.ts";
import { encodedVectors } from "./compilers/wasm/walk.ts";
import { checkStorage, storing } from "./runtime/binding/storing.ts";
import { storings } from "./runtime/storings.ts";

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

/**
 * States in two bytes an element: the range of float32 and 8 bits of precision, steps of 0.4 to 0.8 %, rounded to the nearest. A mean
 * that changes by less at a step, such as Adam's `v` with `beta2` of 0.999, would stand still in it. See docs/storage.md.
 * @example optimize(net, adam(), { storage: { state: { m: bfloat16 } } })
 */
export const bfloat16: typeof brain.bfloat16 = /* @__PURE__ */ defineStorage(brain.bfloat16);
/**
 * States in two bytes an element: 11 bits of precision, and numbers between 6e-8 and 65504, which squares of gradients seldom are.
 * What is larger becomes infinite. See docs/storage.md.
 */
export const float16: typeof half.float16 = /* @__PURE__ */ defineStorage(half.float16);
/**
 * States in one byte an element and four for each 256: floats of 8 bits relative to the largest of these, 2 % off on average.
 * All of the 256 follow the largest; what changes by less than 3 % of it at a step stands still. Arrays of fewer than 4096 elements stay in float32: `{ ...block8, least: 1000 }` is another
 * number. See docs/storage.md.
 * @example optimize(net, adamw(), { storage: { state: block8 } })
 */
export const block8: typeof eightBits.block8 = /* @__PURE__ */ defineStorage(eightBits.block8);
