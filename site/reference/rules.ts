/** The facts in the registries of optimizers and transforms, for the pages besides their comments. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optimizers, transforms } from "gradus";
import { type Explanation, explain } from "gradus/explain";
import { type Content, type Markup, markup } from "../../charts/markup.ts";
import {
  describeOptions,
  type Factories,
  type OptionNotes,
  withoutParagraph,
} from "../../scripts/documentOptions.ts";
import { formulaOf } from "../formula.ts";
import { inlineText, textOf } from "./comments.ts";
import type { Heading } from "./describe.ts";

const root = join(import.meta.dirname, "../..");
const factories = { ...optimizers, ...transforms } as unknown as Factories;

const textOfDefinition = (name: string): string => {
  const folder = Object.hasOwn(optimizers, name) ? "optimizers" : "transforms";
  return readFileSync(join(root, "src", folder, `${name}.ts`), "utf8");
};
const optionsOf = describeOptions(factories, textOfDefinition);

/** The comment of a rule, without what the tables show. */
export interface RuleText {
  readonly text: string;
  /** The text on its state; "" if there is none. */
  readonly state: string;
}

/** @param markdown of a definition's comment */
export function ruleText(markdown: string): RuleText {
  const starred = withoutParagraph(`\n * ${markdown.replaceAll("\n", "\n * ")}\n */`);
  const text = starred.replace(/\n \*\/$/, "").replaceAll("\n * ", "\n");
  const [found = "", state = ""] = /\nState: ([\s\S]*?)(?=\n\s*\n|$)/.exec(text) ?? [];
  return { text: text.replace(found, "").trim(), state };
}

/** Whether an export is in the registries. */
export const isRule = (name: string, entry: string): boolean =>
  entry === "gradus" && Object.hasOwn(factories, name);

/** `optimizer` or `transform`. */
export const roleOf = (name: string): string => factories[name]!.role;

/** The call of a rule. */
export function ruleSignature(name: string): string {
  const options = optionsOf(name);
  if (options.length === 0) return `function ${name}(): Rule`;
  const lines = options.map((each) => `  ${each.name}?: ${each.type};\n`).join("");
  const bare = options.some(({ isBare }) => isBare) ? "number | Schedule | " : "";
  return `function ${name}(options?: ${bare}{\n${lines}}): Rule`;
}

const scroll = (label: string, table: Markup): Markup =>
  markup`<div class="scroll-x" tabindex="0" role="region" aria-label="${label}">${table}</div>`;

async function optionRow({ name, type, meaning, range, default: usual, isBare }: OptionNotes) {
  const bare = isBare ? "A bare number sets it." : "";
  const words = await inlineText(`${meaning}${bare}`.trim());
  return markup`<tr><th scope="row" id="options.${name}"><code>${name}</code></th><td><code>${type}</code></td><td><code>${usual}</code></td><td>${range === undefined ? "" : markup`<code>${range}</code>`}</td><td>${words}</td></tr>`;
}

async function optionsTable(name: string): Promise<Markup> {
  const rows = await Promise.all(optionsOf(name).map(optionRow));
  return scroll(
    "Options",
    markup`<table class="options"><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Default</th><th scope="col">Range</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

/** Kinds of state in words. */
const sizes: Readonly<Record<string, string>> = {
  element: "one value an element",
  scalar: "one value a tensor",
  uniform: "one value a tensor",
  row: "one value a row",
  column: "one value a column",
};

function stateTable({ state }: Explanation): Content {
  if (state.length === 0) return markup`<p>With its defaults it keeps no state.</p>`;
  const rows = state.map(
    ({ name, symbol, kind, initial, bytes }) =>
      markup`<tr><th scope="row"><code>${name}</code></th><td>${symbol}</td><td>${sizes[kind] ?? kind}</td><td>${initial}</td><td>${bytes.float32 === 0 ? "" : `${bytes.float32} bytes`}</td></tr>`,
  );
  return scroll(
    "State",
    markup`<table><thead><tr><th scope="col">Name</th><th scope="col">In the formula</th><th scope="col">Size</th><th scope="col">Starts from</th><th scope="col">In float32, an element</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function costOf({ passes, bytes, check, state, obstacle }: Explanation): Markup {
  if (obstacle !== undefined) return markup`<p>${obstacle}</p>`;
  const kept = state.reduce((sum, each) => sum + each.bytes.float32, 0);
  const more =
    check.passes === 0
      ? "The check for gradients that are not finite adds no pass."
      : `The check for gradients that are not finite adds ${check.bytes.float32} bytes.`;
  return markup`<dl class="facts"><div><dt>State</dt><dd>${kept} bytes an element</dd></div><div><dt>Passes over memory</dt><dd>${passes.length}</dd></div><div><dt>Bytes moved</dt><dd>${bytes.float32} an element</dd></div></dl><p>In float32, with its defaults; twice as many bytes in float64. ${more}</p>`;
}

/** The source in its definition, with its address as a link. */
function paperOf(paper: string): Markup {
  const [, words, address] = /^(.*?),? (https?:\S+)$/.exec(paper) ?? [];
  const text =
    address === undefined ? markup`${paper}` : markup`<a href="${address}">${words!}</a>`;
  return markup`<p>${text}.</p>`;
}

/** The sections on a rule's page that come from its definition: options, formula, state, cost, source. */
export async function ruleSections(
  name: string,
  stateText: string,
  heading: Heading,
): Promise<readonly Content[]> {
  const rule = factories[name]!();
  const explanation = explain(rule);
  return [
    optionsOf(name).length > 0 && [heading("Options"), await optionsTable(name)],
    heading("Formula"),
    markup`<div class="formula scroll-x" tabindex="0" role="region" aria-label="Formula">${formulaOf(rule)}</div>`,
    heading("State and cost"),
    stateText === "" ? null : await textOf(`${stateText[0]!.toUpperCase()}${stateText.slice(1)}`),
    stateTable(explanation),
    costOf(explanation),
    explanation.paper !== undefined && [heading("Source"), paperOf(explanation.paper)],
  ];
}
