/** HTML and SVG as tagged templates. Inserted text is escaped, markup is not, so that data can never become an element. */
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

/** Escapes text. Control characters are made visible: SVG must not contain any. */
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

/** JSON for a `<script type="application/json">`, without any `<` that could end the element. */
export function embedJson(value: unknown): Markup {
  return new Markup(visible(JSON.stringify(value)).replaceAll("<", "\\u003c"));
}

/** The attribute that marks all elements of one symbol in formulas, text and pictures. */
export const symbolOf = (symbol: string | undefined): Markup | false =>
  symbol !== undefined && markup` data-symbol="${symbol}"`;
