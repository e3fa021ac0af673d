/** Writes the whole site into a folder that any server can serve, under any path. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { bundleInto } from "./bundle.ts";
import { files } from "./files.ts";
import { brokenLinks, relativeLinks } from "./links.ts";
import { allPages } from "./pages.ts";
import type { Arrangement } from "./reference/arrange.ts";
import { searchIndexOf } from "./search.ts";
import { shellOf } from "./shell.ts";

export interface Written {
  readonly pages: number;
  readonly seconds: number;
}

/**
 * @param folder is emptied first
 * @param reference the package's exports
 * @throws Error with every broken link
 */
export async function writeSite(folder: string, reference: Arrangement): Promise<Written> {
  const start = performance.now();
  const pages = await allPages(reference);
  const [assets, contents] = await Promise.all([
    bundleInto(
      folder,
      pages.flatMap(({ scripts = [] }) => scripts),
    ),
    Promise.all(
      Object.entries(files(async () => pages)).map(
        async ([name, make]) => [name, await make()] as const,
      ),
    ),
  ]);
  rmSync(join(folder, ".vite"), { recursive: true, force: true });
  for (const [name, content] of contents) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  writeFileSync(join(folder, "search.json"), searchIndexOf(pages));
  const written = pages.map((page) => ({ path: page.path, html: shellOf(page, assets) }));
  const present = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const broken = brokenLinks(written, new Set(present.map((file) => file.split(sep).join("/"))));
  if (broken.length > 0) throw new Error(`Links of the site lead nowhere:\n${broken.join("\n")}`);
  for (const { path, html } of written) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "index.html"), relativeLinks(html, path));
  }
  return { pages: pages.length, seconds: (performance.now() - start) / 1000 };
}
