import type { Markup } from "../charts/markup.ts";

/** The parts of the site, in the order of its navigation. */
export type Section = "article" | "playground" | "guides" | "reference";

/** One page of the site, without what all pages have around it. */
export interface Page {
  /**
   * Where it is, from the site's root, without a slash at its ends: `guides/storage`. It is written as
   * `guides/storage/index.html`. The front page is "".
   */
  readonly path: string;
  readonly title: string;
  /** One sentence that says what it is for: search results and other sites show it. */
  readonly summary: string;
  readonly section: Section | null;
  /** What stands in `<main>`. Links within the site begin with a slash: `/guides/storage/#units`; they are made relative. */
  readonly body: Markup;
  /** Modules for the browser that it needs besides those of all pages: files of `site/`, such as `figures/mount.ts`. */
  readonly scripts?: readonly string[];
}
