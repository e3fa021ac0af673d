// Written by scripts/registry.ts from the files in this folder.
import { clipByGlobalNorm } from "./clipByGlobalNorm.ts";
import { clipByNorm } from "./clipByNorm.ts";
import { clipByValue } from "./clipByValue.ts";
import { ema } from "./ema.ts";
import { l2 } from "./l2.ts";

export * from "./clipByGlobalNorm.ts";
export * from "./clipByNorm.ts";
export * from "./clipByValue.ts";
export * from "./ema.ts";
export * from "./l2.ts";

/** Every transform by name. */
export const transforms = {
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  ema,
  l2,
} as const;
