import type { Markup } from "../charts/markup.ts";

/** The parts of the site, in the order of its navigation. */
export type Section = "article" | "playground" | "guides" | "reference";

/** One page of the site, without the shell that all pages share. */
export interface Page {
  /**
   * The path from the site's root, without slashes at its ends: `guides/storage`. It is written to
   * `guides/storage/index.html`. The path of the front page is "".
   */
  readonly path: string;
  readonly title: string;
  /** One sentence on its purpose, for search results and link previews. */
  readonly summary: string;
  readonly section: Section | null;
  /** The contents of `<main>`. Links within the site begin with a slash: `/guides/storage/#units`; they are made relative. */
  readonly body: Markup;
  /** The modules that it loads in the browser besides those of all pages: files of `site/`, such as `figures/mount.ts`. */
  readonly scripts?: readonly string[];
}
