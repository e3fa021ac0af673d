/** Renders types and signatures as markup, with links from the names in them. */
import type { ReferenceType } from "typedoc";
import { escapeText, Markup, markup } from "../../charts/markup.ts";
import { highlight } from "../highlight.ts";
import type { Arrangement } from "./arrange.ts";
import type { Mention } from "./types.ts";

/** Addresses by names in code. */
export type Links = ReadonlyMap<string, string>;

/** Text of code, with the links of the names that were met while it was written. */
export interface LinkedText {
  readonly text: string;
  readonly links: Links;
}

export function linked(
  write: (mention: Mention) => string,
  linkTo: Arrangement["linkTo"],
): LinkedText {
  const links = new Map<string, string>();
  const mention = ({ reflection }: ReferenceType) => {
    const href = reflection && linkTo(reflection);
    if (href !== undefined) links.set(reflection!.name, href);
  };
  return { text: write(mention), links };
}

const word = /[A-Za-z_$][\w$]*/g;

/** HTML without elements, with links from its names. */
const linkWords = (text: string, links: Links): string =>
  text.replace(word, (name) => {
    const href = links.get(name);
    return href === undefined ? name : `<a href="${escapeText(href)}">${name}</a>`;
  });

/** Code within a line or a definition list. */
export function inlineCode({ text, links }: LinkedText): Markup {
  return markup`<code>${new Markup(linkWords(escapeText(text), links))}</code>`;
}

/** A highlighted block of TypeScript. */
export async function codeBlock({ text, links }: LinkedText): Promise<Markup> {
  const html = (await highlight(text, "ts")).text;
  return new Markup(
    html.replace(/>([^<]+)</g, (_, inner: string) => `>${linkWords(inner, links)}<`),
  );
}
