/** What the search of the site looks through: made with the pages, read by `client/search.ts`. */
import MiniSearch from "minisearch";
import { searchOptions } from "./client/searchOptions.ts";
import type { Page } from "./page.ts";

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly headings: string;
  readonly section: string;
}

/** The index as JSON. */
export function searchIndexOf(pages: readonly Page[]): string {
  const index = new MiniSearch<Entry>(searchOptions);
  index.addAll(
    pages.map(({ path, title, summary, section, body }) => ({
      ...{ id: path, title, summary, section: section ?? "" },
      headings: [...body.text.matchAll(/<h[2-4][^>]*>(.*?)<\/h[2-4]>/gs)]
        .map(([, inner]) => inner!.replaceAll(/<[^>]+>/g, ""))
        .join(" "),
    })),
  );
  return JSON.stringify(index);
}
