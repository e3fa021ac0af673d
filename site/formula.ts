import type { Rule } from "gradus";
import { latex } from "gradus/explain";
import { formulaMarkup } from "../charts/formula.ts";
import type { Markup } from "../charts/markup.ts";
import { withSymbols } from "./symbols.ts";

/** A rule's maths as MathML, whose symbols can be marked. */
export const formulaOf = (rule: Rule): Markup => formulaMarkup(latex(rule, withSymbols));
