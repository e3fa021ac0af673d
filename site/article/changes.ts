/** Marks the parts of a rule's formula that another rule does not have. */
import type { Rule } from "gradus";
import { latex } from "gradus/explain";
import { formulaMarkup } from "../../charts/formula.ts";
import type { Markup } from "../../charts/markup.ts";
import { withSymbols } from "../symbols.ts";

/** A token of LaTeX; a symbol with its subscripts and its power is one token. */
const sign = /\\data\{[^}]*\}\{(?:[^{}]|\{[^{}]*\})*\}(?:\^(?:\w|\{[^{}]*\}))?|\\[a-zA-Z]+|./gs;
const signsOf = (tex: string): readonly string[] => tex.match(sign) ?? [];

/** The formula of `rule` as MathML; parts that `before` does not have are within `data-changed`. */
export const changesOf = (rule: Rule, before: Rule): Markup =>
  formulaMarkup(changesIn(latex(rule, withSymbols), latex(before, withSymbols)));

/** The same for formulas in LaTeX. */
export function changesIn(tex: string, before: string): string {
  const known = new Map(equationsOf(before));
  const lines = equationsOf(tex).map(([left, right]) => {
    const old = known.get(left);
    return old === undefined
      ? `${marked(left)} &= ${marked(right)}`
      : `${left} &= ${changed(right, old)}`;
  });
  return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
}

const marked = (tex: string) => `\\data{changed=yes}{${tex}}`;

/** Left and right sides. */
const equationsOf = (tex: string): readonly (readonly [string, string])[] =>
  tex
    .split("\n")
    .filter((line) => line.includes(" &= "))
    .map((line) => {
      const [left, right] = line.replace(/ \\\\$/, "").split(" &= ");
      return [left!, right!];
    });

/** Marks what lies between the longest common beginning and the longest common end of both sides. */
function changed(right: string, old: string): string {
  if (right === old) return right;
  const [signs, oldSigns] = [signsOf(right), signsOf(old)];
  const most = Math.min(signs.length, oldSigns.length);
  let start = 0;
  while (start < most && signs[start] === oldSigns[start]) start++;
  let end = 0;
  while (end < most - start && signs.at(-1 - end) === oldSigns.at(-1 - end)) end++;
  const middle = signs.slice(start, signs.length - end).join("");
  // A part that opens a group without closing it cannot be marked alone.
  if (!isWhole(middle)) return marked(right);
  return `${signs.slice(0, start).join("")}${marked(middle)}${signs.slice(signs.length - end).join("")}`;
}

/** Whether all brackets of a formula are balanced. */
function isWhole(tex: string): boolean {
  let depth = 0;
  for (const each of tex.match(/[{}()]/g) ?? []) {
    depth += "{(".includes(each) ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0 && tex !== "";
}
