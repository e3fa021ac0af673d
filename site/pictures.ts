import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SITE } from "./bundle.ts";

const docs = join(SITE, "..", "docs");

/** Pictures of the documentation: where each stands in the site, and its file. */
export const pictures = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(docs)
      .filter((name) => /\.(?:png|svg)$/.test(name))
      .map((name) => [`pictures/${name}`, join(docs, name)]),
  );
