/** Writes tables in Markdown that are readable as text. */

type Row = readonly string[];

/** Pads the columns; all but the first contain numbers. */
export function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: Row) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

export const three = (value: number): string =>
  value >= 1000 ? value.toFixed(0) : value.toPrecision(3).replace(/e\+?(-?\d+)$/, "e$1");
