/** The shell that all pages share. */
import { type Markup, markup, Markup as Raw } from "../charts/markup.ts";
import { paletteStyle } from "../charts/palette.ts";
import { FORMULA_FONT, fontStyle } from "./fonts.ts";
import { upFrom } from "./links.ts";
import type { Page, Section } from "./page.ts";

/** The addresses of what a page loads, from the site's root. */
export interface Assets {
  readonly styles: readonly string[];
  /** By the module's path in `site/`: the module itself first, then its imports, which are preloaded. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
}

export const SITE_SCRIPT = "client/main.ts";

const sections: readonly (readonly [Section, string, string])[] = [
  ["article", "/article/", "Article"],
  ["playground", "/playground/", "Playground"],
  ["guides", "/guides/", "Guides"],
  ["reference", "/reference/", "Reference"],
];

/** A whole page. Its links still begin with a slash: `links.ts` makes them relative. */
export function shellOf(page: Page, assets: Assets): string {
  const scripts = [SITE_SCRIPT, ...(page.scripts ?? [])].map((name) => {
    const found = assets.scripts[name];
    if (found === undefined)
      throw new Error(`${page.path || "The front page"}: there is no script ${name}`);
    return found;
  });
  const title = page.path === "" ? "Gradus" : `${page.title} · Gradus`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<meta name="description" content="${page.summary}">
<link rel="icon" href="data:,">
<script>${new Raw(themeScript)}</script>
<style>${new Raw(paletteStyle() + fontStyle(upFrom(page.path)))}</style>
${page.body.text.includes("<math") && markup`<link rel="preload" as="font" type="font/woff2" crossorigin href="/${FORMULA_FONT}">`}
${assets.styles.map((href) => markup`<link rel="stylesheet" href="${href}">`)}
${[...new Set(scripts.flatMap((files) => files.slice(1)))].map((href) => markup`<link rel="modulepreload" href="${href}">`)}
</head>
<body data-section="${page.section ?? "none"}">
<a class="skip" href="#main">Skip to the text</a>
${headerOf(page)}
<div class="page">${page.body}</div>
${scripts.map(([href]) => markup`<script type="module" src="${href!}"></script>`)}
</body>
</html>
`.text;
}

/** Applies a stored theme before anything is drawn. */
const themeScript = `try{const t=localStorage.getItem("gradus-theme");if(t)document.documentElement.dataset.theme=t}catch{}`;

function headerOf(page: Page): Markup {
  const links = sections.map(
    ([section, href, label]) =>
      markup`<a href="${href}"${page.section === section && markup` aria-current="${page.path === section ? "page" : "true"}"`}>${label}</a>`,
  );
  return markup`<header class="top">
<a class="brand" href="/">Gradus</a>
<nav aria-label="Parts of the site">${links}</nav>
<div class="tools"><button type="button" id="search" aria-haspopup="dialog">Search <kbd>/</kbd></button><button type="button" id="theme" aria-label="Dark or light">◐</button></div>
</header>`;
}
