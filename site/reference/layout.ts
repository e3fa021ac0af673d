/** The layout of the reference's pages around their text. */
import { type Content, type Markup, markup } from "../../charts/markup.ts";
import { anchorOf } from "../markdown.ts";
import type { Arrangement, EntryContents, Exported } from "./arrange.ts";
import type { Entry } from "./entries.ts";
import { groupAnchor, groupOf, inGroups } from "./groups.ts";

/** The headings of a page in their order. */
export type Outline = { readonly id: string; readonly text: string }[];

/** A heading with an entry in the outline. */
export function anchored(outline: Outline, text: string, id = anchorOf(text)): Markup {
  outline.push({ id, text });
  return markup`<h2 id="${id}">${text}</h2>`;
}

export const crumbs = (entry: Entry): Markup =>
  markup`<p class="crumbs"><a href="/reference/">Reference</a> / <a href="/reference/${entry.slug}/">${entry.name}</a></p>`;

/** The groups of an entry, with the names of the current export's group. */
export function sidebarOf(
  contents: EntryContents,
  current: Exported,
  linkTo: Arrangement["linkTo"],
): Markup {
  const { entry, exports } = contents;
  const open = groupOf(current);
  const groups = inGroups(exports).map(([group, inside]) => {
    const anchor = `/reference/${entry.slug}/#${groupAnchor(group)}`;
    const names =
      group === open &&
      markup`<ul>${inside.map((each) => markup`<li><a href="${linkTo(each.declaration)!}"${each === current && markup` aria-current="page"`}>${each.name}</a></li>`)}</ul>`;
    return markup`<h2><a href="${anchor}">${group}</a></h2>${names}`;
  });
  return markup`<nav class="sidebar" aria-label="${entry.name}">${groups}</nav>`;
}

/** All entries, for beside the page of one. */
export function entriesNav(entries: readonly EntryContents[], current?: Entry): Markup {
  const items = entries.map(
    ({ entry }) =>
      markup`<li><a href="/reference/${entry.slug}/"${entry === current && markup` aria-current="page"`}>${entry.name}</a></li>`,
  );
  return markup`<nav class="sidebar" aria-label="Entries"><h2>Entries</h2><ul>${items}</ul></nav>`;
}

export function columns(sidebar: Content, text: Content, outline: Outline): Markup {
  const inside = outline.map(
    ({ id, text: title }) => markup`<li><a href="#${id}">${title}</a></li>`,
  );
  const nav =
    outline.length > 2 &&
    markup`<nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${inside}</ul></nav>`;
  return markup`<div class="columns"><main id="main" class="prose reference">${text}</main>${nav}${sidebar}</div>`;
}
