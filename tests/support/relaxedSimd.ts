/** Relaxed SIMD for tests, on every Node. */
import { setFlagsFromString } from "node:v8";
import { hasRelaxedSimd } from "../../src/autodiff/kernels/index.ts";

/** Node 20 has relaxed SIMD behind a flag, which must be set before its first use. */
export function enableRelaxedSimd(): void {
  if (!hasRelaxedSimd()) {
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  if (!hasRelaxedSimd()) {
    throw new Error("this engine has no relaxed SIMD, which half of the kernels' tests need");
  }
}
