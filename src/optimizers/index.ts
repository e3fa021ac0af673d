// Written by scripts/registry.ts from the files in this folder.
import { acprop } from "./acprop.ts";
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { adan } from "./adan.ts";
import { ademamix } from "./ademamix.ts";
import { adopt } from "./adopt.ts";
import { amsgrad } from "./amsgrad.ts";
import { cocob } from "./cocob.ts";
import { ftrl } from "./ftrl.ts";
import { lion } from "./lion.ts";
import { madgrad } from "./madgrad.ts";
import { mars } from "./mars.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export * from "./acprop.ts";
export * from "./adadelta.ts";
export * from "./adagrad.ts";
export * from "./adam.ts";
export * from "./adamax.ts";
export * from "./adamw.ts";
export * from "./adan.ts";
export * from "./ademamix.ts";
export * from "./adopt.ts";
export * from "./amsgrad.ts";
export * from "./cocob.ts";
export * from "./ftrl.ts";
export * from "./lion.ts";
export * from "./madgrad.ts";
export * from "./mars.ts";
export * from "./momentum.ts";
export * from "./nesterov.ts";
export * from "./rmsprop.ts";
export * from "./sgd.ts";

/** Every optimizer by name. */
export const optimizers = {
  acprop,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  adan,
  ademamix,
  adopt,
  amsgrad,
  cocob,
  ftrl,
  lion,
  madgrad,
  mars,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} as const;
