/** Makes the search index of the site with the pages. `client/search.ts` reads it. */
import MiniSearch from "minisearch";
import { capital } from "../charts/axes.ts";
import { searchOptions } from "./client/searchOptions.ts";
import type { Page } from "./page.ts";

/** A page, or a section of one. */
interface Entry {
  /** The address from the site's root: `guides/storage/#on-a-gpu`. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly section: string;
  readonly headings: string;
  /** Names in its code: `OneCycleLR`. */
  readonly names: string;
}

/** The index as JSON. */
export function searchIndexOf(pages: readonly Page[]): string {
  const index = new MiniSearch<Entry>(searchOptions);
  index.addAll(pages.flatMap(entriesOf));
  return JSON.stringify(index);
}

const characters: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** Text without tags. Elements within a line do not end a word. */
const plain = (html: string): string =>
  html
    .replaceAll(/<\/?(?:a|b|code|em|i|kbd|mi|mn|msub|small|span|strong)\b[^>]*>/g, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (each) => characters[each]!)
    .replaceAll(/\s+/g, " ")
    .trim();

/** The first paragraph that is more than a date. */
function firstParagraph(html: string): string {
  const paragraphs = [...html.matchAll(/<p>(.*?)<\/p>/gs)].map(([, inner]) => plain(inner!));
  return paragraphs.find((text) => !/^[\d-]*$/.test(text)) ?? "";
}

const most = 160;
const shortened = (text: string): string =>
  text.length <= most ? text : `${text.slice(0, text.lastIndexOf(" ", most))} …`;

function namesIn(html: string): string {
  const code = [...html.matchAll(/<code[^>]*>(.*?)<\/code>/gs)].map(([, inner]) => plain(inner!));
  return [...new Set(code.join(" ").match(/[\p{L}_$][\p{L}\p{N}_$]+/gu))].join(" ");
}

function entriesOf({ path, title, summary, section, body }: Page): readonly Entry[] {
  const [head = "", ...parts] = body.text.split(/(?=<h2 id=")/);
  const headings = [...head.matchAll(/<h[2-4][^>]*>(.*?)<\/h[2-4]>/gs)].map(([, inner]) => inner!);
  const id = path === "" ? "" : `${path}/`;
  const whole = { id, title, summary, section: capital(section ?? "") };
  return [
    { ...whole, headings: plain(headings.join(" ")), names: namesIn(head) },
    ...parts.map((part) => {
      const [, anchor = "", heading = ""] = /^<h2 id="([^"]*)"[^>]*>(.*?)<\/h2>/s.exec(part) ?? [];
      const inner = [...part.matchAll(/<h[34][^>]*>(.*?)<\/h[34]>/gs)].map(([, text]) => text!);
      return {
        ...{ id: `${id}#${anchor}`, title: plain(heading), section: title },
        ...{ summary: shortened(firstParagraph(part)), headings: plain(inner.join(" ")) },
        names: namesIn(part),
      };
    }),
  ];
}
