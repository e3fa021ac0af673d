import type { Rule } from "gradus";
import { latex } from "gradus/explain";
import { formulaMarkup } from "../charts/formula.ts";
import type { Markup } from "../charts/markup.ts";

/** A rule's maths as MathML. Each symbol has `data-symbol` with its name in the rule, by which text and figures mark it. */
export const formulaOf = (rule: Rule): Markup =>
  formulaMarkup(latex(rule, { symbol: (name, tex) => `\\data{symbol=${name}}{${tex}}` }));
