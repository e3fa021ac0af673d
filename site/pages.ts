import { articlePage } from "./article/article.ts";
import { guidePages } from "./guides/guides.ts";
import { homePage } from "./home.ts";
import type { Page } from "./page.ts";
import { playgroundPage } from "./playground/page.ts";
import { referencePages } from "./reference/pages.ts";

/** All pages of the site. */
export async function allPages(): Promise<readonly Page[]> {
  return [
    ...[await homePage(), await articlePage(), playgroundPage()],
    ...[...(await guidePages()), ...(await referencePages())],
  ];
}
