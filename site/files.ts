import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { SITE } from "./bundle.ts";
import { fashionBytes } from "./playground/networks/images.ts";

const docs = join(SITE, "..", "docs");

/** What the site has besides pages and modules, from its root, and how it is made: the documentation's pictures, and data. */
export const files = (): Readonly<Record<string, () => Uint8Array>> => ({
  "data/fashion.bin": fashionBytes,
  ...Object.fromEntries(
    readdirSync(docs, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:png|svg)$/.test(name))
      .map((name) => [
        `pictures/${name.split(sep).join("/")}`,
        () => readFileSync(join(docs, name)),
      ]),
  ),
});
