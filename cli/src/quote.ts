/** Writes command lines. */
import { visible } from "../../src/legible.ts";

/** A word as shells take it. Of control characters only `$'...'` can show what they are. */
function quotedWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (visible(word) === word && !/[\t\n]/.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/[\\']/g, (each) => `\\${each}`);
  return `$'${visible(escaped.replaceAll("\n", "\\n").replaceAll("\t", "\\t"))}'`;
}

/** A command line as a shell takes it. */
export const quoted = (words: readonly string[]): string => words.map(quotedWord).join(" ");
