import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { SITE } from "./bundle.ts";

const docs = join(SITE, "..", "docs");

/** Pictures of the documentation: where each stands in the site, and its file. */
export const pictures = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(docs, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:png|svg)$/.test(name))
      .map((name) => [`pictures/${name.split(sep).join("/")}`, join(docs, name)]),
  );
