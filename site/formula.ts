import type { Rule } from "gradus";
import { type LatexOptions, latex } from "gradus/explain";
import { formulaMarkup } from "../charts/formula.ts";
import type { Markup } from "../charts/markup.ts";

/** Gives each symbol of a formula `data-symbol` with its name in the rule, by which text and figures mark it. */
export const withSymbols: LatexOptions = {
  symbol: (name, tex) => `\\data{symbol=${name}}{${tex}}`,
};

/** A rule's maths as MathML, with symbols that can be marked. */
export const formulaOf = (rule: Rule): Markup => formulaMarkup(latex(rule, withSymbols));
