import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { SITE } from "./bundle.ts";
import { FORMULA_FONT, formulaFont, formulaFontLicense } from "./fonts.ts";
import { examplePictures } from "./guides/pictures.ts";
import type { Page } from "./page.ts";
import { fashionBytes } from "./playground/networks/images.ts";

const docs = join(SITE, "..", "docs");

type Make = () => Uint8Array | Promise<Uint8Array>;

/**
 * The site's files besides pages and modules, by path from its root, with functions that make them: the documentation's pictures,
 * data
 * and a font.
 */
export const files = (pages: () => Promise<readonly Page[]>): Readonly<Record<string, Make>> => ({
  "data/fashion.bin": fashionBytes,
  ...examplePictures(),
  "fonts/LICENSE.txt": formulaFontLicense,
  [FORMULA_FONT]: async () => formulaFont(await pages()),
  ...Object.fromEntries(
    readdirSync(docs, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:png|svg)$/.test(name))
      .map((name) => [
        `pictures/${name.split(sep).join("/")}`,
        () => readFileSync(join(docs, name)),
      ]),
  ),
});
