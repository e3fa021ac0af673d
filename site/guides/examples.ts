/** Makes pages from the programs of `examples/`: their text as it runs. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { markup } from "../../charts/markup.ts";
import { SITE } from "../bundle.ts";
import { highlight } from "../highlight.ts";
import type { Page } from "../page.ts";
import { pictureOf } from "./pictures.ts";

const root = join(SITE, "..");
const programs = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
  .map((file) => `examples/${file.split(sep).join("/")}`)
  .filter((file) => file.endsWith(".ts"));

/** The path of a program's page among the guides: `examples/curve-fit` for `examples/curve-fit.ts`. */
export const exampleOf = (file: string): string | undefined =>
  programs.includes(file) ? file.replace(/\.ts$/, "") : undefined;

/** The sentences about a program in its first lines, if there are any. */
function summaryOf(text: string): string | undefined {
  const [comment = ""] = /^(?:\/\/.*\n)+/.exec(text) ?? [];
  const words = comment
    .replaceAll(/^\/\/ ?/gm, "")
    .replaceAll("\n", " ")
    .trim();
  return /[.?!]$/.test(words) ? words : undefined;
}

export function examplePages(): Promise<readonly Page[]> {
  return Promise.all(
    programs.map(async (file): Promise<Page> => {
      const text = readFileSync(join(root, file), "utf8");
      return {
        ...{ path: `guides/${exampleOf(file)}`, title: file, section: "guides" },
        summary: summaryOf(text) ?? `A part of the example ${file.split("/")[1]}.`,
        body: markup`<main id="main" class="prose"><p class="note"><a href="/guides/examples/">Examples</a></p><h1>${file}</h1>${pictureOf(file)}${await highlight(text, "ts")}</main>`,
      };
    }),
  );
}
