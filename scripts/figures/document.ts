/** Writes tables into pages, between markers. */
import { readFileSync, writeFileSync } from "node:fs";
import { formatMeasured } from "../../charts/format.ts";

export type Cell = string | number;

/** A Markdown table; columns of numbers are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const align = head.map((_, i) =>
    rows.every((row) => /^(?:never$|[-−∞\d])/.test(String(row[i]))) ? "---:" : "---",
  );
  return [head, align, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Three digits, or ∞ if it diverged. */
export const figure = (value: number, digits = 3): string =>
  Number.isFinite(value) ? formatMeasured(value, digits) : "∞";

/**
 * Replaces the text between `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @throws Error if the page has no such markers
 */
export function fill(page: URL, name: string, text: string): void {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(page, "utf8");
  const [start, end] = [before.indexOf(from), before.indexOf(to)];
  if (start < 0 || end < start) {
    throw new Error(`${page.pathname} has no place for ${name}: ${from} and ${to}`);
  }
  writeFileSync(page, `${before.slice(0, start + from.length)}\n${text}\n${before.slice(end)}`);
}
