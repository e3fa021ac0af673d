/** The rules whose formulas the article shows, by the article's names. */
import { adadelta, adam, defineOptimizer, type Rule, rmsprop, sgd } from "gradus";
import { stages } from "../figures/adam/stages.ts";
import { variants } from "./variants.ts";

/** AdaGrad without the optional decay of the library's version. */
const adagrad = defineOptimizer({
  name: "adagrad",
  hyper: { lr: 0.01, eps: 1e-10 },
  state: { s: 0 },
  rule: `
    s = s + g^2
    u = g / (sqrt(s) + eps)
  `,
});

const settings = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };

export const rules: Readonly<Record<string, Rule>> = {
  descent: sgd(),
  momentum: sgd({ momentum: 0.9 }),
  nesterov: sgd({ momentum: 0.9, nesterov: true }),
  adagrad: adagrad(),
  rmsprop: rmsprop(),
  adadelta: adadelta(),
  mean: stages.momentum.rule(settings),
  both: stages.both.rule(settings),
  adam: adam(),
  ...variants,
};
