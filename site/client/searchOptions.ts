import type { Options } from "minisearch";

/** Options for writing and reading the index, which must agree. */
export const searchOptions = {
  fields: ["title", "headings", "names", "summary"],
  storeFields: ["title", "summary", "section"],
  searchOptions: { boost: { title: 4, headings: 2 }, prefix: true, fuzzy: 0.15 },
} satisfies Options;
