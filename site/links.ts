/** Links of pages: written from the site's root, checked, and made relative, so that the site runs under any path. */

const attribute = /\b(href|src)="(\/[^"]*)"/g;

/** From a page at `path` to the root: `../../` for `guides/storage`. */
export const upFrom = (path: string): string =>
  path === "" ? "./" : "../".repeat(path.split("/").length);

/** The text of a page whose links from the root are relative. */
export function relativeLinks(html: string, path: string): string {
  const up = upFrom(path);
  return html.replace(
    attribute,
    (_, name: string, target: string) => `${name}="${up}${target.slice(1)}"`,
  );
}

/** One page as it is written: where it is, and its text, whose links are from the root. */
export interface WrittenPage {
  readonly path: string;
  readonly html: string;
}

/**
 * Links that lead nowhere, each as a sentence.
 *
 * @param files what there is besides pages, from the root: `assets/main.js`
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
  // What follows `#` in a link to the playground is a race: it has no place in the page.
  if (path === "playground" && /^#\d+:[\w-]+$/.test(hash)) return undefined;
  const id = decodeURIComponent(hash.slice(1));
  return id === "" || ids.has(id) ? undefined : `the link ${target} leads to no place of its page`;
}
