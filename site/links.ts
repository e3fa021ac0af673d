/**
 * Checks the links of pages, which are written from the site's root, and makes them relative, so that the site works under any
 * path.
 */

const attribute = /\b(href|src)="(\/[^"]*)"/g;

/** The path from a page to the root: `../../` for `guides/storage`. */
export const upFrom = (path: string): string =>
  path === "" ? "./" : "../".repeat(path.split("/").length);

/** A page's text with its links from the root made relative. */
export function relativeLinks(html: string, path: string): string {
  const up = upFrom(path);
  return html.replace(
    attribute,
    (_, name: string, target: string) => `${name}="${up}${target.slice(1)}"`,
  );
}

/** A written page: its path, and its text with links from the root. */
export interface WrittenPage {
  readonly path: string;
  readonly html: string;
}

/**
 * The broken links, a sentence for each.
 *
 * @param files besides pages, by path from the root: `assets/main.js`
 */
export function brokenLinks(
  pages: readonly WrittenPage[],
  files: ReadonlySet<string>,
): readonly string[] {
  const anchors = new Map(
    pages.map(({ path, html }) => [
      path,
      new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)),
    ]),
  );
  return pages.flatMap(({ path, html }) =>
    [...html.matchAll(/\b(?:href|src)="([^"]*)"/g)].flatMap(([, raw]) => {
      const problem = problemOf(raw!.replaceAll("&amp;", "&"), path, anchors, files);
      return problem === undefined ? [] : [`${path || "front page"}: ${problem}`];
    }),
  );
}

function problemOf(
  target: string,
  from: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  files: ReadonlySet<string>,
): string | undefined {
  if (/^(?:https?:|data:|mailto:)/.test(target)) return undefined;
  const { pathname, hash } = new URL(target, "http://site/");
  if (!target.startsWith("/") && !target.startsWith("#"))
    return `the link ${target} does not begin with a slash, as links within the site do`;
  const path = target.startsWith("#") ? from : pathname.slice(1).replace(/\/$/, "");
  if (files.has(path) && hash === "") return undefined;
  const ids = anchors.get(path);
  if (ids === undefined) return `the link ${target} leads to no page`;
  if (!target.startsWith("#") && !pathname.endsWith("/"))
    return `the link ${target} has no slash at its end, as pages have`;
  // The hash in a link to the playground is a race, not an anchor.
  if (path === "playground" && /^#\d+:[\w-]+$/.test(hash)) return undefined;
  const id = decodeURIComponent(hash.slice(1));
  return id === "" || ids.has(id) ? undefined : `the link ${target} leads to no place of its page`;
}
