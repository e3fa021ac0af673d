/** Renders Markdown, with the extensions of the site's own texts. */
import { Marked, type Token, type TokenizerAndRendererExtension, type Tokens } from "marked";
import { Markup } from "../charts/markup.ts";
import { highlight } from "./highlight.ts";

/** A heading with an anchor. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly id: string;
}

export interface Rendered {
  readonly body: Markup;
  readonly headings: readonly Heading[];
}

export interface MarkdownOptions {
  /** Translates the target of a link or a picture. Default: no change. */
  readonly link?: (href: string) => string;
  /** The replacements of lines `::name argument`. */
  readonly directives?: Readonly<Record<string, (argument: string) => Promise<Markup>>>;
}

/** A heading's anchor as GitHub makes it, so that links of the documentation work in both places. */
export function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/**
 * A symbol in a sentence, `[[beta1]]` or `[[beta1|β₁]]`, which is marked together with the same symbol in figures and formulas.
 */
const symbol: TokenizerAndRendererExtension = {
  name: "symbol",
  level: "inline",
  start: (text) => text.indexOf("[["),
  tokenizer(text) {
    const match = /^\[\[(\w+)\|([^\]]+)\]\]/.exec(text);
    return match === null
      ? undefined
      : { type: "symbol", raw: match[0], name: match[1], text: match[2] };
  },
  renderer: ({ name, text }) => symbolMarkup(name, text),
};

/** A letter as in formulas, maybe with an index. */
function symbolMarkup(name: string, text: string): string {
  const [, letter, index] = /^(\p{L})([₀-₉]?)$/u.exec(text) ?? [];
  if (letter === undefined) throw new Error(`[[${name}|${text}]] is no letter with an index.`);
  const digit = index === "" ? "" : `<mn>${"₀₁₂₃₄₅₆₇₈₉".indexOf(index!)}</mn>`;
  const inner = digit === "" ? `<mi>${letter}</mi>` : `<msub><mi>${letter}</mi>${digit}</msub>`;
  return `<math class="symbol" data-symbol="${name}">${inner}</math>`;
}

const directive: TokenizerAndRendererExtension = {
  name: "directive",
  level: "block",
  start: (text) => /^::\w/m.exec(text)?.index,
  tokenizer(text) {
    const match = /^::(\w+) ([^\n]+)(?:\n+|$)/.exec(text);
    return match === null
      ? undefined
      : { type: "directive", raw: match[0], name: match[1], argument: match[2]!.trim() };
  },
  renderer: (token) => token["markup"] as string,
};

/** @throws Error if a directive is unknown */
export async function renderMarkdown(
  text: string,
  { link = (href) => href, directives = {} }: MarkdownOptions = {},
): Promise<Rendered> {
  const headings: Heading[] = [];
  const seen = new Map<string, number>();
  const marked = new Marked({ async: true, gfm: true });
  const walkTokens = async (token: Token) => {
    if (token.type === "code") {
      const { lang = "", text: code } = token;
      Object.assign(token, { type: "html", text: (await highlight(code, lang)).text, block: true });
    } else if (token.type === "link" || token.type === "image") {
      token["href"] = link(token["href"]);
    } else if (token.type === "directive") {
      const make = directives[token["name"]];
      if (make === undefined) throw new Error(`There is no directive ::${token["name"]}`);
      token["markup"] = (await make(token["argument"])).text;
    }
  };
  const renderer = {
    heading(this: { parser: { parseInline(tokens: Token[]): string } }, token: Token): string {
      const { depth, tokens = [], text: source } = token as Tokens.Heading;
      const inner = this.parser.parseInline(tokens);
      const plain = source.replaceAll(/[`*]|\]\([^)]*\)|\[/g, "");
      const base = anchorOf(plain);
      const count = seen.get(base) ?? 0;
      seen.set(base, count + 1);
      const id = count === 0 ? base : `${base}-${count}`;
      headings.push({ depth, text: plain, id });
      return `<h${depth} id="${id}">${inner}</h${depth}>\n`;
    },
  };
  marked.use({ extensions: [symbol, directive], walkTokens, renderer: renderer as never });
  const html = await marked.parse(text);
  // Wide tables can be scrolled, also with the keyboard.
  let tables = 0;
  // An empty cell is not a header of its column.
  const heads = html.replaceAll(/<th(?: align="\w+")?><\/th>/g, "<td></td>");
  const body = heads.replaceAll(/<(\/?)table>/g, (tag, end: string) =>
    end === ""
      ? `<div class="scroll-x" tabindex="0" role="group" aria-label="Table ${++tables}"><table>`
      : `${tag}</div>`,
  );
  return { body: new Markup(body), headings };
}
