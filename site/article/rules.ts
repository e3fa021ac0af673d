/** The rules whose formulas the article shows, by the names that it has for them. */
import { adam, type Rule, sgd } from "gradus";

export const rules: Readonly<Record<string, Rule>> = {
  descent: sgd(),
  momentum: sgd({ momentum: 0.9 }),
  adam: adam(),
};
