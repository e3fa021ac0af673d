/** Makes the guides: pages from the files of `docs/`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { Markup, markup } from "../../charts/markup.ts";
import { SITE } from "../bundle.ts";
import { type Rendered, renderMarkdown } from "../markdown.ts";
import type { Page } from "../page.ts";
import { exampleOf, examplePages } from "./examples.ts";
import { groups } from "./list.ts";
import { withPictures } from "./pictures.ts";

const docs = join(SITE, "..", "docs");
/** The pages of decisions, one for each theme. Readers reach them through the page that lists them. */
const decisions = readdirSync(join(docs, "decisions")).map(
  (file) => `decisions/${file.replace(/\.md$/, "")}`,
);
const names = [...groups.flatMap(([, inside]) => inside), ...decisions];

export async function guidePages(): Promise<readonly Page[]> {
  const guides = await Promise.all(names.map(readGuide));
  const examples = await examplePages();
  return [contents(guides), ...guides.map((guide) => pageOf(guide, guides)), ...examples];
}

interface Guide extends Rendered {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
}

async function readGuide(name: string): Promise<Guide> {
  const text = readFileSync(join(docs, `${name}.md`), "utf8");
  const rendered = await renderMarkdown(text, { link: (href) => linkOf(href, name) });
  const title = rendered.headings.find(({ depth }) => depth === 1)?.text;
  if (title === undefined) throw new Error(`docs/${name}.md has no title.`);
  const { text: html } = rendered.body;
  const body = name === "examples" ? new Markup(withPictures(html)) : rendered.body;
  return { ...rendered, body, name, title, summary: summaryOf(html) };
}

/** Translates a link of a file in `docs/`, which works on GitHub, to the site. */
function linkOf(href: string, from: string): string {
  if (/^(?:https?:|#|mailto:)/.test(href)) return href;
  const [path = "", hash] = href.split("#");
  const anchor = hash === undefined ? "" : `#${hash}`;
  const target = posix.join("docs", posix.dirname(from), path);
  const [, name] = /^docs\/(.+)\.md$/.exec(target) ?? [];
  if (name !== undefined && names.includes(name)) return `/guides/${name}/${anchor}`;
  const [, picture] = /^docs\/(.+\.(?:png|svg))$/.exec(target) ?? [];
  if (picture !== undefined) return `/pictures/${picture}`;
  const example = exampleOf(target);
  if (example !== undefined) return `/guides/${example}/`;
  // A file of the repository without a page here.
  if (!existsSync(join(SITE, "..", target)))
    throw new Error(`docs/${from}.md: there is no ${target}`);
  return `https://github.com/OWNER/gradus/blob/main/${target}${anchor}`;
}

/** The first sentences of a page, until they say something. */
function summaryOf(html: string): string {
  const paragraphs = [...html.matchAll(/<p>(.*?)<\/p>/gs)].map(([, inner]) => inner!);
  const plain = paragraphs
    // A paragraph that is only a link says nothing about the page.
    .filter((each) => !/^<a [^>]*>[^<]*<\/a>$/.test(each))[0]!
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
  const sentences = plain.match(/.+?[.:?!](?=\s|$)/g) ?? [plain];
  const count = sentences.findIndex((_, i) => sentences.slice(0, i + 1).join("").length > 70);
  const text = sentences.slice(0, count < 0 ? undefined : count + 1).join("");
  return text.trim().replace(/:$/, ".");
}

function sidebar(guides: readonly Guide[], current: string): Markup {
  const title = (name: string) => guides.find((guide) => guide.name === name)!.title;
  return markup`<nav class="sidebar" aria-label="Guides">${groups.map(
    ([group, inside]) =>
      markup`<h2>${group}</h2><ul>${inside.map((name) => markup`<li><a href="/guides/${name}/"${name === current && markup` aria-current="page"`}>${title(name)}</a></li>`)}</ul>`,
  )}</nav>`;
}

function pageOf(guide: Guide, guides: readonly Guide[]): Page {
  const { name, title, summary, body, headings } = guide;
  const inside = headings.filter(({ depth }) => depth === 2);
  const outline =
    inside.length > 2 &&
    markup`<nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${inside.map(({ id, text }) => markup`<li><a href="#${id}">${text}</a></li>`)}</ul></nav>`;
  return {
    ...{ path: `guides/${name}`, title, summary, section: "guides" },
    body: markup`<div class="columns"><main id="main" class="prose"><p class="crumbs"><a href="/guides/">Guides</a></p>${body}</main>${sidebar(guides, name)}${outline}</div>`,
  };
}

function contents(guides: readonly Guide[]): Page {
  const summary = "How to use Gradus: from the first steps to many machines.";
  const of = (name: string) => guides.find((guide) => guide.name === name)!;
  return {
    ...{ path: "guides", title: "Guides", section: "guides" },
    summary,
    body: markup`<main id="main" class="contents"><h1>Guides</h1><p class="lead">${summary}</p>${groups.map(
      ([group, inside]) =>
        markup`<section><h2>${group}</h2><ul class="cards">${inside.map((name) => markup`<li><a href="/guides/${name}/"><strong>${of(name).title}</strong><span>${of(name).summary}</span></a></li>`)}</ul></section>`,
    )}</main>`,
  };
}
