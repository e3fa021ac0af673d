/** The rules whose formulas the article shows, by the names that it has for them. */
import { adadelta, adagrad, adam, type Rule, rmsprop, sgd } from "gradus";

export const rules: Readonly<Record<string, Rule>> = {
  descent: sgd(),
  momentum: sgd({ momentum: 0.9 }),
  nesterov: sgd({ momentum: 0.9, nesterov: true }),
  adagrad: adagrad(),
  rmsprop: rmsprop(),
  adadelta: adadelta(),
  adam: adam(),
};
