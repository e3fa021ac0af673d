/** Reads the pages for those who come from another library: rows that say theirs and ours, and the code at their heads. */
import { readFileSync } from "node:fs";

/** A row whose numbers are compared: both sides with what stands around them. */
export interface ComparedRow {
  readonly theirs: string;
  readonly ours: string;
  /** The largest relative difference that the page admits. */
  readonly tolerance: number | undefined;
}

export interface MigrationPage {
  readonly text: string;
  /** All that stands in backticks on their side. */
  readonly theirs: readonly string[];
  /** All that stands in backticks on our side. */
  readonly ours: readonly string[];
  readonly compared: readonly ComparedRow[];
}

/** What stands in backticks. */
export const spansOf = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

const isDivider = (line: string | undefined): boolean => /^\|[-|: ]+\|$/.test(line ?? "");

/** A page's lines that are rows of tables, each with what stands around its code. */
function rowsOf(text: string): { cells: string[]; theirFrame: string; ourFrame: string }[] {
  const lines = text.split("\n");
  let frames = ["ROW", "ROW"];
  return lines.flatMap((line, i) => {
    if (line.startsWith("#")) frames = ["ROW", "ROW"];
    const comment = /^<!-- compared: (.*) \| (.*) -->$/.exec(line);
    if (comment) frames = [comment[1]!, comment[2]!];
    const isRow = line.startsWith("| ") && !isDivider(line) && !isDivider(lines[i + 1]);
    if (!isRow) return [];
    const [theirFrame, ourFrame] = frames as [string, string];
    return [{ cells: line.slice(2, -2).split(" | "), theirFrame, ourFrame }];
  });
}

export function readMigrationPage(name: string): MigrationPage {
  const text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
  const rows = rowsOf(text);
  const compared = rows.flatMap(({ cells, theirFrame, ourFrame }) => {
    const [left = "", right = "", numbers = ""] = cells;
    const same = /^same(?: to (1e-\d+))?/.exec(numbers);
    if (!same) return [];
    const [theirs = "", ours = ""] = [spansOf(left)[0], spansOf(right)[0]];
    const tolerance = same[1] === undefined ? undefined : Number(same[1]);
    const [whole, own] = [
      theirFrame.replace("ROW", () => theirs),
      ourFrame.replace("ROW", () => ours),
    ];
    return [{ theirs: whole, ours: own, tolerance }];
  });
  return {
    text,
    theirs: rows.flatMap(({ cells }) => spansOf(cells[0]!)),
    ours: rows.flatMap(({ cells }) => spansOf(cells[1] ?? "")),
    compared,
  };
}

/** The blocks of code in a language. */
export const blocksOf = ({ text }: MigrationPage, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, code]) => code!,
  );
