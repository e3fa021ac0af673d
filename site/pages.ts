import { articlePage } from "./article/article.ts";
import { guidePages } from "./guides/guides.ts";
import { homePage } from "./home.ts";
import type { Page } from "./page.ts";
import { playgroundPage } from "./playground/page.ts";
import type { Arrangement } from "./reference/arrange.ts";
import { pagesOf, readReference } from "./reference/pages.ts";

/** All pages of the site. @param reference the package's exports; by default they are read */
export async function allPages(reference?: Arrangement): Promise<readonly Page[]> {
  return [
    ...[await homePage(), await articlePage(), playgroundPage()],
    ...[...(await guidePages()), ...(await pagesOf(reference ?? (await readReference())))],
  ];
}
