import { markup } from "../charts/markup.ts";
import { articlePage } from "./article/article.ts";
import { guidePages } from "./guides/guides.ts";
import { homePage } from "./home.ts";
import type { Page } from "./page.ts";

/** All pages of the site. */
export async function allPages(): Promise<readonly Page[]> {
  return [
    ...[await homePage(), await articlePage(), ...(await guidePages())],
    ...[coming("playground"), coming("reference")],
  ];
}

const coming = (section: "playground" | "reference"): Page => ({
  ...{ path: section, title: section, summary: `The ${section} of the site, soon.`, section },
  body: markup`<main id="main"><h1>${section}</h1></main>`,
});
