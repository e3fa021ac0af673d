import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { amsgrad } from "./amsgrad.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export { adadelta, adagrad, adam, adamax, adamw, amsgrad, momentum, nesterov, rmsprop, sgd };

/** Every optimizer by name. */
export const optimizers = {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  amsgrad,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} as const;
