// Written by scripts/registry.ts from the files in this folder.
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { amsgrad } from "./amsgrad.ts";
import { lion } from "./lion.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export * from "./adadelta.ts";
export * from "./adagrad.ts";
export * from "./adam.ts";
export * from "./adamax.ts";
export * from "./adamw.ts";
export * from "./amsgrad.ts";
export * from "./lion.ts";
export * from "./momentum.ts";
export * from "./nesterov.ts";
export * from "./rmsprop.ts";
export * from "./sgd.ts";

/** Every optimizer by name. */
export const optimizers = {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  amsgrad,
  lion,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} as const;
