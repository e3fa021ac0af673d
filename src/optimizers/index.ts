/**
 * Every optimizer, by itself and by name: the ones of `gradus`, for whoever needs nothing else.
 *
 * @packageDocumentation
 */

// Written by scripts/registry.ts from the files in this folder.
import { acprop } from "./acprop.ts";
import { adabelief } from "./adabelief.ts";
import { adadelta } from "./adadelta.ts";
import { adafactor } from "./adafactor.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamaxw } from "./adamaxw.ts";
import { adamMini } from "./adamMini.ts";
import { adamw } from "./adamw.ts";
import { adan } from "./adan.ts";
import { ademamix } from "./ademamix.ts";
import { adopt } from "./adopt.ts";
import { amsgrad } from "./amsgrad.ts";
import { asgd } from "./asgd.ts";
import { came } from "./came.ts";
import { cocob } from "./cocob.ts";
import { dAdaptAdamw } from "./dAdaptAdamw.ts";
import { dAdaptSgd } from "./dAdaptSgd.ts";
import { dog } from "./dog.ts";
import { dowg } from "./dowg.ts";
import { fromage } from "./fromage.ts";
import { ftrl } from "./ftrl.ts";
import { lamb } from "./lamb.ts";
import { lars } from "./lars.ts";
import { ldog } from "./ldog.ts";
import { lion } from "./lion.ts";
import { madgrad } from "./madgrad.ts";
import { mars } from "./mars.ts";
import { momentum } from "./momentum.ts";
import { momo } from "./momo.ts";
import { momoAdam } from "./momoAdam.ts";
import { muon } from "./muon.ts";
import { nadam } from "./nadam.ts";
import { nadamw } from "./nadamw.ts";
import { nesterov } from "./nesterov.ts";
import { noisySgd } from "./noisySgd.ts";
import { novograd } from "./novograd.ts";
import { optimisticAdam } from "./optimisticAdam.ts";
import { optimisticGradientDescent } from "./optimisticGradientDescent.ts";
import { polyakSgd } from "./polyakSgd.ts";
import { prodigy } from "./prodigy.ts";
import { radam } from "./radam.ts";
import { rmsprop } from "./rmsprop.ts";
import { rprop } from "./rprop.ts";
import { scheduleFreeAdamw } from "./scheduleFreeAdamw.ts";
import { scheduleFreeSgd } from "./scheduleFreeSgd.ts";
import { sgd } from "./sgd.ts";
import { shampoo } from "./shampoo.ts";
import { signSgd } from "./signSgd.ts";
import { signum } from "./signum.ts";
import { simplifiedAdemamix } from "./simplifiedAdemamix.ts";
import { sm3 } from "./sm3.ts";
import { soap } from "./soap.ts";
import { sophia } from "./sophia.ts";
import { yogi } from "./yogi.ts";

export * from "./acprop.ts";
export * from "./adabelief.ts";
export * from "./adadelta.ts";
export * from "./adafactor.ts";
export * from "./adagrad.ts";
export * from "./adam.ts";
export * from "./adamax.ts";
export * from "./adamaxw.ts";
export * from "./adamMini.ts";
export * from "./adamw.ts";
export * from "./adan.ts";
export * from "./ademamix.ts";
export * from "./adopt.ts";
export * from "./amsgrad.ts";
export * from "./asgd.ts";
export * from "./came.ts";
export * from "./cocob.ts";
export * from "./dAdaptAdamw.ts";
export * from "./dAdaptSgd.ts";
export * from "./dog.ts";
export * from "./dowg.ts";
export * from "./fromage.ts";
export * from "./ftrl.ts";
export * from "./lamb.ts";
export * from "./lars.ts";
export * from "./ldog.ts";
export * from "./lion.ts";
export * from "./madgrad.ts";
export * from "./mars.ts";
export * from "./momentum.ts";
export * from "./momo.ts";
export * from "./momoAdam.ts";
export * from "./muon.ts";
export * from "./nadam.ts";
export * from "./nadamw.ts";
export * from "./nesterov.ts";
export * from "./noisySgd.ts";
export * from "./novograd.ts";
export * from "./optimisticAdam.ts";
export * from "./optimisticGradientDescent.ts";
export * from "./polyakSgd.ts";
export * from "./prodigy.ts";
export * from "./radam.ts";
export * from "./rmsprop.ts";
export * from "./rprop.ts";
export * from "./scheduleFreeAdamw.ts";
export * from "./scheduleFreeSgd.ts";
export * from "./sgd.ts";
export * from "./shampoo.ts";
export * from "./signSgd.ts";
export * from "./signum.ts";
export * from "./simplifiedAdemamix.ts";
export * from "./sm3.ts";
export * from "./soap.ts";
export * from "./sophia.ts";
export * from "./yogi.ts";

/** Every optimizer by name. */
export const optimizers: {
  readonly acprop: typeof acprop;
  readonly adabelief: typeof adabelief;
  readonly adadelta: typeof adadelta;
  readonly adafactor: typeof adafactor;
  readonly adagrad: typeof adagrad;
  readonly adam: typeof adam;
  readonly adamax: typeof adamax;
  readonly adamaxw: typeof adamaxw;
  readonly adamMini: typeof adamMini;
  readonly adamw: typeof adamw;
  readonly adan: typeof adan;
  readonly ademamix: typeof ademamix;
  readonly adopt: typeof adopt;
  readonly amsgrad: typeof amsgrad;
  readonly asgd: typeof asgd;
  readonly came: typeof came;
  readonly cocob: typeof cocob;
  readonly dAdaptAdamw: typeof dAdaptAdamw;
  readonly dAdaptSgd: typeof dAdaptSgd;
  readonly dog: typeof dog;
  readonly dowg: typeof dowg;
  readonly fromage: typeof fromage;
  readonly ftrl: typeof ftrl;
  readonly lamb: typeof lamb;
  readonly lars: typeof lars;
  readonly ldog: typeof ldog;
  readonly lion: typeof lion;
  readonly madgrad: typeof madgrad;
  readonly mars: typeof mars;
  readonly momentum: typeof momentum;
  readonly momo: typeof momo;
  readonly momoAdam: typeof momoAdam;
  readonly muon: typeof muon;
  readonly nadam: typeof nadam;
  readonly nadamw: typeof nadamw;
  readonly nesterov: typeof nesterov;
  readonly noisySgd: typeof noisySgd;
  readonly novograd: typeof novograd;
  readonly optimisticAdam: typeof optimisticAdam;
  readonly optimisticGradientDescent: typeof optimisticGradientDescent;
  readonly polyakSgd: typeof polyakSgd;
  readonly prodigy: typeof prodigy;
  readonly radam: typeof radam;
  readonly rmsprop: typeof rmsprop;
  readonly rprop: typeof rprop;
  readonly scheduleFreeAdamw: typeof scheduleFreeAdamw;
  readonly scheduleFreeSgd: typeof scheduleFreeSgd;
  readonly sgd: typeof sgd;
  readonly shampoo: typeof shampoo;
  readonly signSgd: typeof signSgd;
  readonly signum: typeof signum;
  readonly simplifiedAdemamix: typeof simplifiedAdemamix;
  readonly sm3: typeof sm3;
  readonly soap: typeof soap;
  readonly sophia: typeof sophia;
  readonly yogi: typeof yogi;
} = {
  acprop,
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamaxw,
  adamMini,
  adamw,
  adan,
  ademamix,
  adopt,
  amsgrad,
  asgd,
  came,
  cocob,
  dAdaptAdamw,
  dAdaptSgd,
  dog,
  dowg,
  fromage,
  ftrl,
  lamb,
  lars,
  ldog,
  lion,
  madgrad,
  mars,
  momentum,
  momo,
  momoAdam,
  muon,
  nadam,
  nadamw,
  nesterov,
  noisySgd,
  novograd,
  optimisticAdam,
  optimisticGradientDescent,
  polyakSgd,
  prodigy,
  radam,
  rmsprop,
  rprop,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
  shampoo,
  signSgd,
  signum,
  simplifiedAdemamix,
  sm3,
  soap,
  sophia,
  yogi,
};
