/** Parameters in their own memory, even small ones: small models otherwise share one. */
import type { ElementType } from "../../src/runtime/memory/memory.ts";
import {
  type Parameter,
  type ParametersOptions,
  parameters,
} from "../../src/runtime/parameters.ts";

type ArrayOf<T extends ElementType> = T extends "float64" ? Float64Array : Float32Array;

export function apart<const K extends string, T extends ElementType = "float32">(
  shapes: Readonly<Record<K, readonly number[]>>,
  options?: ParametersOptions<T>,
): Readonly<Record<K, Parameter<ArrayOf<T>>>> {
  const { large, ...small } = parameters({ ...shapes, large: [1 << 15] }, options);
  return small as unknown as ReturnType<typeof apart<K, T>>;
}
