import { type Markup, markup } from "../../charts/markup.ts";
import type { Page } from "../page.ts";
import type { Arrangement, EntryContents, Exported } from "./arrange.ts";
import { firstSentence, inlineText, markdownOf, plainLine, textOf } from "./comments.ts";
import { commentOf } from "./declarations.ts";
import { groupAnchor, inGroups } from "./groups.ts";
import { anchored, columns, entriesNav, type Outline } from "./layout.ts";

type LinkTo = Arrangement["linkTo"];

/** The description of an entry, as Markdown. */
export const entryText = ({ module }: EntryContents, linkTo: LinkTo): string =>
  markdownOf(module.comment?.summary ?? [], linkTo);

async function row({ name, declaration }: Exported, linkTo: LinkTo): Promise<Markup> {
  const sentence = firstSentence(markdownOf(commentOf(declaration)?.summary ?? [], linkTo));
  return markup`<dt><a href="${linkTo(declaration)!}"><code>${name}</code></a></dt><dd>${await inlineText(sentence)}</dd>`;
}

/** The page of an entry: its purpose, and all exports with a sentence for each. */
export async function entryPage(
  contents: EntryContents,
  entries: readonly EntryContents[],
  linkTo: LinkTo,
): Promise<Page> {
  const { entry, exports } = contents;
  const outline: Outline = [];
  const groups = await Promise.all(
    inGroups(exports).map(async ([group, inside]) => {
      const heading = anchored(outline, group, groupAnchor(group));
      const rows = await Promise.all(inside.map((each) => row(each, linkTo)));
      return markup`${heading}<dl class="index">${rows}</dl>`;
    }),
  );
  const markdown = entryText(contents, linkTo);
  const text = markup`<p class="crumbs"><a href="/reference/">Reference</a></p><h1><code>${entry.name}</code></h1>${await textOf(markdown)}${groups}`;
  return {
    ...{ path: `reference/${entry.slug}`, title: entry.name, section: "reference" },
    summary: plainLine(firstSentence(markdown)),
    body: columns(entriesNav(entries, entry), text, outline),
  };
}

/** The page of all entries. */
export async function entriesPage(
  entries: readonly EntryContents[],
  linkTo: LinkTo,
): Promise<Page> {
  const cards = await Promise.all(
    entries.map(async (contents) => {
      const { entry, exports } = contents;
      const sentence = firstSentence(entryText(contents, linkTo));
      const count = exports.length > 0 && markup` <small>${exports.length} exports</small>`;
      return markup`<dt><a href="/reference/${entry.slug}/"><code>${entry.name}</code></a>${count}</dt><dd>${await inlineText(sentence)}</dd>`;
    }),
  );
  const summary = "Every entry of the package and everything that it exports.";
  return {
    ...{ path: "reference", title: "Reference", section: "reference", summary },
    body: columns(
      entriesNav(entries),
      markup`<h1>Reference</h1><p class="lead">${summary} It is made from the code: signatures, defaults, ranges and formulas are those that run.</p><dl class="index">${cards}</dl>`,
      [],
    ),
  };
}
