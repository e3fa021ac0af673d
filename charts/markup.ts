/**
 * HTML and SVG as tagged templates: text is escaped wherever it is inserted, markup is not, so
 * nothing that comes from the data can become an element.
 */
import { visible } from "../src/legible.ts";

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | null | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters are seen in it, too: in SVG none may be. */
export function escapeText(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

function insert(content: Content): string {
  if (content === null || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "number") return String(content);
  if (typeof content === "string") return escapeText(content);
  return content.map(insert).join("");
}

export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = parts[0]!;
  contents.forEach((content, i) => {
    text += insert(content) + parts[i + 1]!;
  });
  return new Markup(text);
}

/** JSON for a `<script type="application/json">`: no `<` is left that could end the element. */
export function embedJson(value: unknown): Markup {
  return new Markup(visible(JSON.stringify(value)).replaceAll("<", "\\u003c"));
}

/** The attribute by which all elements of one symbol are marked together, in formulas, text and pictures. */
export const symbolOf = (symbol: string | undefined): Markup | false =>
  symbol !== undefined && markup` data-symbol="${symbol}"`;
