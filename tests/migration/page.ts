/** Reads the migration pages: rows with both sides, and the code at the top. */
import { readFileSync } from "node:fs";

/** A row whose numbers are compared: both sides with the code around them. */
export interface ComparedRow {
  readonly theirs: string;
  readonly ours: string;
  /** The largest relative difference that the page states. */
  readonly tolerance: number | undefined;
}

export interface MigrationPage {
  readonly text: string;
  /** All code in backticks on their side. */
  readonly theirs: readonly string[];
  /** All code in backticks on our side. */
  readonly ours: readonly string[];
  readonly compared: readonly ComparedRow[];
}

/** The contents of backticks. */
export const spansOf = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

const isDivider = (line: string | undefined): boolean => /^\|[-|: ]+\|$/.test(line ?? "");

/** The table rows of a page, each with the code that frames its own. */
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

/** The code blocks in a language. */
export const blocksOf = ({ text }: MigrationPage, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, code]) => code!,
  );
