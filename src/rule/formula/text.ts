/** Measures and breaks plain text for terminals. */

/** The width of a text in columns. Accents take no column, because they are drawn over the letter before. */
export function columnsOf(text: string): number {
  return [...text].filter((character) => !/\p{Mn}/u.test(character)).length;
}

/** Adds spaces after the text, or before it, up to a width. */
export function pad(text: string, width: number, side: "left" | "right" = "right"): string {
  const space = " ".repeat(Math.max(0, width - columnsOf(text)));
  return side === "right" ? text + space : space + text;
}

/** Breaks a text into lines of at most `width` columns, where words allow it. */
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
