// Written by scripts/registry.ts from the files in this folder.
import { acprop } from "./acprop.ts";
import { adabelief } from "./adabelief.ts";
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamaxw } from "./adamaxw.ts";
import { adamw } from "./adamw.ts";
import { adan } from "./adan.ts";
import { ademamix } from "./ademamix.ts";
import { adopt } from "./adopt.ts";
import { amsgrad } from "./amsgrad.ts";
import { asgd } from "./asgd.ts";
import { cocob } from "./cocob.ts";
import { fromage } from "./fromage.ts";
import { ftrl } from "./ftrl.ts";
import { lamb } from "./lamb.ts";
import { lars } from "./lars.ts";
import { lion } from "./lion.ts";
import { madgrad } from "./madgrad.ts";
import { mars } from "./mars.ts";
import { momentum } from "./momentum.ts";
import { nadam } from "./nadam.ts";
import { nadamw } from "./nadamw.ts";
import { nesterov } from "./nesterov.ts";
import { optimisticAdam } from "./optimisticAdam.ts";
import { optimisticGradientDescent } from "./optimisticGradientDescent.ts";
import { radam } from "./radam.ts";
import { rmsprop } from "./rmsprop.ts";
import { rprop } from "./rprop.ts";
import { sgd } from "./sgd.ts";
import { signSgd } from "./signSgd.ts";
import { signum } from "./signum.ts";
import { yogi } from "./yogi.ts";

export * from "./acprop.ts";
export * from "./adabelief.ts";
export * from "./adadelta.ts";
export * from "./adagrad.ts";
export * from "./adam.ts";
export * from "./adamax.ts";
export * from "./adamaxw.ts";
export * from "./adamw.ts";
export * from "./adan.ts";
export * from "./ademamix.ts";
export * from "./adopt.ts";
export * from "./amsgrad.ts";
export * from "./asgd.ts";
export * from "./cocob.ts";
export * from "./fromage.ts";
export * from "./ftrl.ts";
export * from "./lamb.ts";
export * from "./lars.ts";
export * from "./lion.ts";
export * from "./madgrad.ts";
export * from "./mars.ts";
export * from "./momentum.ts";
export * from "./nadam.ts";
export * from "./nadamw.ts";
export * from "./nesterov.ts";
export * from "./optimisticAdam.ts";
export * from "./optimisticGradientDescent.ts";
export * from "./radam.ts";
export * from "./rmsprop.ts";
export * from "./rprop.ts";
export * from "./sgd.ts";
export * from "./signSgd.ts";
export * from "./signum.ts";
export * from "./yogi.ts";

/** Every optimizer by name. */
export const optimizers = {
  acprop,
  adabelief,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamaxw,
  adamw,
  adan,
  ademamix,
  adopt,
  amsgrad,
  asgd,
  cocob,
  fromage,
  ftrl,
  lamb,
  lars,
  lion,
  madgrad,
  mars,
  momentum,
  nadam,
  nadamw,
  nesterov,
  optimisticAdam,
  optimisticGradientDescent,
  radam,
  rmsprop,
  rprop,
  sgd,
  signSgd,
  signum,
  yogi,
} as const;
