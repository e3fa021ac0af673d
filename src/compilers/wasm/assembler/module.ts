/** Compiles WebAssembly modules, and reports an error if a page forbids that. */
import { BindingError } from "../../../rule/errors.ts";

/**
 * @param otherwise the error's advice for what to do if WebAssembly stays forbidden
 * @throws {BindingError} where a page's policy forbids WebAssembly, or the engine has none
 */
export function compileModule(
  bytes: Uint8Array<ArrayBuffer>,
  otherwise = "pass optimize { backend: javascript }, hundreds of times as slow",
): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw new BindingError(
      `WebAssembly is forbidden here (${(error as Error).message}): allow 'wasm-unsafe-eval' in script-src, or ${otherwise}`,
    );
  }
}
