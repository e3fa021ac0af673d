/** Plain text that a terminal shows: how wide it is, and where lines may break. */

/** Columns that a text takes: accents stand over the letter before them. */
export function columnsOf(text: string): number {
  return [...text].filter((character) => !/\p{Mn}/u.test(character)).length;
}

/** The text with spaces behind it, or before it, up to a width. */
export function pad(text: string, width: number, side: "left" | "right" = "right"): string {
  const space = " ".repeat(Math.max(0, width - columnsOf(text)));
  return side === "right" ? text + space : space + text;
}

/** The words of a text in lines of at most `width` columns, as far as words allow. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
