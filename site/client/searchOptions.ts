import type { Options } from "minisearch";

/** How the index is made and read: both sides must agree. */
export const searchOptions = {
  fields: ["title", "headings", "names", "summary"],
  storeFields: ["title", "summary", "section"],
  searchOptions: { boost: { title: 4, headings: 2 }, prefix: true, fuzzy: 0.15 },
} satisfies Options;
