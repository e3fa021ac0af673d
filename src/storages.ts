/**
 * Storages for states and parameters, as users import them. They bring along the parts of compilers and runtime that they need;
 * bundles without a storage do not contain these parts.
 */

import * as brain from "./compilers/storages/bfloat16.ts";
import * as eightBits from "./compilers/storages/block8.ts";
import * as half from "./compilers/storages/float16.ts";
import * as roundings from "./compilers/storages/roundings.ts";
import type { Storage } from "./compilers/storages/storage.ts";
import { provideInstructions } from "./compilers/wasm/assembler/instructions.ts";
import { pieces } from "./compilers/wasm/codegen.ts";
import { inHalves } from "./compilers/wasm/encoded.ts";
import { provideLoops } from "./compilers/wasm/every.ts";
import { emitFraction } from "./compilers/wasm/fractions.ts";
import { fractions } from "./compilers/wasm/library.ts";
import { inPieces } from "./compilers/wasm/pieces.ts";
import { encodedVectors } from "./compilers/wasm/walk.ts";
import { keyOf } from "./rule/graph/random.ts";
import { checkNarrow, checkStorage, storing } from "./runtime/binding/storing.ts";
import { provideConversion } from "./runtime/conversions.ts";
import { BindingError } from "./runtime/errors.ts";
import { wideGradients } from "./runtime/memory/scratch.ts";
import { decodeSlot, numbersOf, takingNumbers } from "./runtime/narrow.ts";
import { narrowNumbers, narrowParameters } from "./runtime/parameters.ts";
import { drawKey } from "./runtime/step/execution.ts";
import { decodedSlot } from "./runtime/step/routines.ts";
import { storings } from "./runtime/storings.ts";

/**
 * Defines how an optimizer may keep its states and parameters: `docs/storage.md` says what a storage consists of.
 * @returns its argument
 * @throws {BindingError} if kernels would not find its elements, or a saved state could not distinguish it from other storages
 * @example
 * const float = new Float32Array(1);
 * const word = new Uint32Array(float.buffer);
 * const upperHalf = defineStorage({
 *   ...{ name: "upperHalf", bytes: 2, Elements: Uint16Array },
 *   encoding: {
 *     encode(value) {
 *       float[0] = value;
 *       return word[0] >>> 16;
 *     },
 *     decode(bits) {
 *       word[0] = bits << 16;
 *       return float[0];
 *     },
 *     constants: [],
 *     emitEncode: (code, x) => void code.get(x).emit("i32.const", 16).emit("i32x4.shr_u"),
 *     emitDecode: (code, x) => void code.get(x).emit("i32.const", 16).emit("i32x4.shl"),
 *   },
 * });
 * const optimizer = optimize(net, adam(), { storage: { state: { m: upperHalf } } });
 * optimizer.state().parameters.w["adam.m"].BYTES_PER_ELEMENT; // 2
 */
export function defineStorage<S extends Storage>(storage: S): S {
  checkStorage(storage);
  provideInstructions();
  storings.provide(storing);
  provideConversion([storage]);
  narrowParameters.provide(checkNarrow);
  narrowNumbers.provide(numbersOf);
  wideGradients.provide(takingNumbers);
  decodedSlot.provide(decodeSlot);
  encodedVectors.provide(inHalves);
  pieces.provide(inPieces);
  return storage;
}

/**
 * Two bytes per element, for states and parameters: the range of float32 and 8 bits of precision, rounded to the nearest.
 * Neighbours differ by 0.4 to 0.8 %. A state that changes by less in a step does not change at all, such as Adam's `v` with `beta2`
 * of 0.999. See docs/storage.md.
 * @example optimize(net, adam(), { storage: { state: { m: bfloat16 } } })
 * @example parameters({ w: [784, 10] }, { type: bfloat16 })
 */
export const bfloat16: typeof brain.bfloat16 = /* @__PURE__ */ defineStorage(brain.bfloat16);
/**
 * Two bytes per element, for states and parameters: 11 bits of precision, and numbers between 6e-8 and 65504. Larger numbers become
 * infinite. Squares of gradients are mostly smaller. See docs/storage.md.
 */
export const float16: typeof half.float16 = /* @__PURE__ */ defineStorage(half.float16);
/**
 * States in one byte per element, and four bytes per block of 256: floats of 8 bits relative to the largest of the block, with an
 * average error of 2 %. All 256 grow and shrink with the largest. An element that changes by less than 3 % more than the largest in
 * a step stays as it is. Arrays of fewer than 4096 elements stay in float32: `{ ...block8, least: 1000 }` changes this number. See
 * docs/storage.md.
 * @example optimize(net, adamw(), { storage: { state: block8 } })
 */
export const block8: typeof eightBits.block8 = /* @__PURE__ */ defineStorage(eightBits.block8);

/**
 * The same storage, with stochastic rounding: of the two numbers next to a value, one is drawn. The nearer one is more likely, so
 * the mean is the value. A moving average thus follows changes that are smaller than the distance of two numbers. Draws depend on
 * `optimize`'s seed, the step, the parameter's name, the state and the element: they are the same on each backend, with any number
 * of threads and after a resume. See docs/storage.md.
 * @throws {BindingError} if a storage of blocks does not say how it is drawn
 * @example optimize(net, adamw(), { storage: { state: stochastic(bfloat16) } })
 */
export function stochastic<S extends Storage>(storage: S): S {
  if (storage.blocks && !storage.blocks.drawn) {
    throw new BindingError(`stochastic: the blocks of "${storage.name}" do not say how \`drawn\``);
  }
  drawKey.provide(keyOf);
  provideLoops();
  fractions.provide(emitFraction);
  return roundings.stochastic(storage);
}

/**
 * The same storage for parameters, with the rounding error of each parameter beside it in 16 bits. The next step adds the error
 * again (Kahan summation). Together this gives 23 bits in 4 bytes. See docs/storage.md.
 * @throws {BindingError} if a storage keeps no single elements
 * @example parameters({ w: [784, 10] }, { type: compensated(bfloat16) })
 */
export function compensated<S extends Storage>(storage: S): S {
  checkNarrow("compensated", storage);
  return roundings.compensated(storage);
}

/**
 * The same storage for parameters, with a float32 copy of each that steps continue from: 6 bytes. If a parameter was written after
 * the last step, the step continues from what was written. See docs/storage.md.
 * @throws {BindingError} if a storage keeps no single elements
 * @example parameters({ w: [784, 10] }, { type: master(float16) })
 */
export function master<S extends Storage>(storage: S): S {
  checkNarrow("master", storage);
  return roundings.master(storage);
}
