/**
 * The font of formulas: a subset of STIX Two Math with the characters that the site uses. Its MATH table tells browsers how high
 * to
 * place scripts, and how roots and braces grow. Without such a font, scripts would be too high.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import subset from "subset-font";
import type { Page } from "./page.ts";

/** The path from the site's root. */
export const FORMULA_FONT = "fonts/formulas.woff2";

/** The style sheet for a page from which `up` leads to the root. Text is shown in another font until this one is loaded. */
export const fontStyle = (up: string): string =>
  `@font-face{font-family:Formulas;src:url("${up}${FORMULA_FONT}")format("woff2");font-display:swap}`;

/**
 * The characters that formulas of the playground may have, and the root sign, which browsers draw although no text contains it.
 */
const always =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzαβγδεηθλμνρστφψω0123456789+−=()|‖⌊⌋√";

/** Where the mathematical italic letters begin. Browsers use them for single letters. */
const italics = [
  ["A", "Z", 0x1d434],
  ["a", "z", 0x1d44e],
  ["α", "ω", 0x1d6fc],
] as const;

function italic(letter: string): string {
  // The italic h was in Unicode before the others.
  if (letter === "h") return "ℎ";
  const range = italics.find(([first, last]) => letter >= first && letter <= last);
  if (range === undefined) return letter;
  return String.fromCodePoint(range[2] + letter.codePointAt(0)! - range[0].codePointAt(0)!);
}

/** The characters of all formulas, each once. */
export function charactersOf(pages: readonly Pick<Page, "body">[]): string {
  const formulas = pages.flatMap(({ body }) => body.text.match(/<math\b.*?<\/math>/gs) ?? []);
  const plain = formulas.join("").replaceAll(/<[^>]*>|&\w+;/g, "");
  const characters = new Set(`${always}<>&"'${plain}`);
  return [...new Set([...characters, ...[...characters].map(italic)])].join("");
}

const partOf = (file: string): Buffer =>
  readFileSync(createRequire(import.meta.url).resolve(`@fontsource/stix-two-math/${file}`));

/** The SIL Open Font License, which must accompany the font. */
export const formulaFontLicense = (): Uint8Array => partOf("LICENSE");

/** The font as WOFF2. */
export function formulaFont(pages: readonly Pick<Page, "body">[]): Promise<Uint8Array> {
  const options = {
    targetFormat: "woff2" as const,
    // Hints are for low-resolution screens, and a third of the file.
    noHinting: true,
    // Its copyright, and the address of its license.
    preserveNameIds: [0, 14],
  } satisfies Parameters<typeof subset>[2] & { noHinting: boolean };
  return subset(partOf("files/stix-two-math-latin-400-normal.woff2"), charactersOf(pages), options);
}
