/** Writes command lines. */
import { visible } from "../../src/legible.ts";

/** Quotes a word for a shell. Only `$'...'` can show control characters. */
function quotedWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (visible(word) === word && !/[\t\n]/.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/[\\']/g, (each) => `\\${each}`);
  return `$'${visible(escaped.replaceAll("\n", "\\n").replaceAll("\t", "\\t"))}'`;
}

/** Quotes a command line for a shell. */
export const quoted = (words: readonly string[]): string => words.map(quotedWord).join(" ");
