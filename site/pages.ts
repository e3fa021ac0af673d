import { markup } from "../charts/markup.ts";
import { articlePage } from "./article/article.ts";
import { guidePages } from "./guides/guides.ts";
import { homePage } from "./home.ts";
import type { Page } from "./page.ts";
import { referencePages } from "./reference/pages.ts";

/** All pages of the site. */
export async function allPages(): Promise<readonly Page[]> {
  return [
    ...[await homePage(), await articlePage(), ...(await guidePages())],
    ...[coming("playground"), ...(await referencePages())],
  ];
}

const coming = (section: "playground"): Page => ({
  ...{ path: section, title: section, summary: `The ${section} of the site, soon.`, section },
  body: markup`<main id="main"><h1>${section}</h1></main>`,
});
