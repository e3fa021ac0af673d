/** Renders comments as markup: their Markdown, with links to what they name. */
import { type Comment, type CommentDisplayPart, type CommentTag, Reflection } from "typedoc";
import { Markup } from "../../charts/markup.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Arrangement } from "./arrange.ts";

type LinkTo = Arrangement["linkTo"];

/** Comments contain no HTML: `<` is an ordinary character. */
const plain = (text: string): string => text.replaceAll("<", "&lt;");

function linkText(part: Extract<CommentDisplayPart, { kind: "inline-tag" }>, linkTo: LinkTo) {
  const { target, text } = part;
  const href =
    typeof target === "string" ? target : target instanceof Reflection ? linkTo(target) : undefined;
  return href === undefined ? `\`${text}\`` : `[\`${text}\`](${href})`;
}

/** The parts of a comment as markdown. */
export function markdownOf(parts: readonly CommentDisplayPart[], linkTo: LinkTo): string {
  return parts
    .map((part) => {
      if (part.kind === "inline-tag") return linkText(part, linkTo);
      return part.kind === "code" ? part.text : plain(part.text);
    })
    .join("")
    .trim();
}

/** Markdown as paragraphs. */
export async function textOf(markdown: string): Promise<Markup> {
  return (await renderMarkdown(markdown)).body;
}

/** A text for use in a paragraph or a cell: without an element around it if it is a single paragraph. */
export async function inlineText(markdown: string): Promise<Markup> {
  const { text } = await textOf(markdown);
  const [, only] = /^<p>((?:(?!<p>).)*)<\/p>\n?$/s.exec(text) ?? [];
  return new Markup(only ?? text);
}

export const tagsOf = (comment: Comment | undefined, tag: CommentTag["tag"]): CommentTag[] =>
  comment?.blockTags.filter((each) => each.tag === tag) ?? [];

/** The first sentence as markdown. */
export function firstSentence(markdown: string): string {
  const [paragraph = ""] = markdown.split(/\n\s*\n/);
  const line = paragraph.replace(/\s+/g, " ");
  // A line that introduces a list ends like a sentence.
  return /^.*?[.!?](?=\s+[A-Z`[]|\s*$)/.exec(line)?.[0] ?? line.replace(/:$/, ".");
}

/** Markdown as a plain line, for descriptions of pages. */
export const plainLine = (markdown: string): string =>
  markdown
    .replace(/\[`?([^\]]*?)`?\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replaceAll("&lt;", "<")
    .replace(/\s+/g, " ")
    .trim();

/** The error of a `@throws` (`{RuleError}`, a link or a first word) and when it is thrown. */
export function thrownBy(
  { typeAnnotation, content }: CommentTag,
  linkTo: LinkTo,
): { readonly error: string; readonly when: string } {
  const markdown = markdownOf(content, linkTo);
  const braced = typeAnnotation?.replace(/[{}]/g, "");
  const [, word, rest] =
    /^(?:\[?`?)(\w*Error)\b(?:`\]\([^)]*\))?,?\s*([\s\S]*)$/.exec(markdown) ?? [];
  return {
    error: braced ?? word ?? "Error",
    when: braced === undefined ? (rest ?? markdown) : markdown,
  };
}
