/** The article. Its sections are the files beside this one, in the order of their numbers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "gradus";
import { type Markup, markup } from "../../charts/markup.ts";
import { frameOf } from "../figures/frame.ts";
import { figures } from "../figures/list.ts";
import { formulaOf } from "../formula.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Page } from "../page.ts";
import { changesOf } from "./changes.ts";
import { rules } from "./rules.ts";

const folder = import.meta.dirname;

async function figure(name: string): Promise<Markup> {
  const load = figures[name];
  if (load === undefined) throw new Error(`The article: there is no figure ${name}.`);
  return frameOf((await load()).figure);
}

function ruleOf(name: string): Rule {
  const rule = rules[name];
  if (rule === undefined) throw new Error(`The article: there is no rule ${name}.`);
  return rule;
}

const framed = (formula: Markup): Markup =>
  markup`<div class="formula" tabindex="0" role="group" aria-label="Formula">${formula}</div>`;

const formula = async (name: string) => framed(formulaOf(ruleOf(name)));
/** A formula that marks what Adam does not have. */
const change = async (name: string) => framed(changesOf(ruleOf(name), ruleOf("adam")));

export async function articlePage(): Promise<Page> {
  const sections = readdirSync(folder)
    .filter((name) => /^\d\d-.*\.md$/.test(name))
    .sort();
  const text = sections.map((name) => readFileSync(join(folder, name), "utf8")).join("\n\n");
  const { body, headings } = await renderMarkdown(text, {
    directives: { figure, formula, change },
  });
  const inside = headings.filter(({ depth }) => depth === 2);
  return {
    ...{ path: "article", title: "From gradient descent to Adam", section: "article" },
    summary:
      "How Adam came about, idea by idea, with figures that run: momentum, AdaGrad, RMSprop, AdaDelta, Adam and what followed.",
    body: markup`<div class="columns"><main id="main" class="prose article">${body}</main><nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${inside.map(({ id, text: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></div>`,
    scripts: ["figures/mount.ts"],
  };
}
