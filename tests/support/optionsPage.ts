/** Reads docs/options.md: the options of PyTorch and Optax that it covers, and their equivalents here. */
import { readFileSync } from "node:fs";

/** Their options and the equivalents here. */
export interface Entry {
  readonly options: readonly string[];
  readonly here: string;
}

/** What the page says about some of their names. */
export interface Row {
  readonly section: string;
  readonly names: readonly string[];
  readonly here: string;
  readonly entries: readonly Entry[];
  /** Another name whose options this one also has. */
  readonly as: string | undefined;
}

export interface OptionsPage {
  readonly rows: readonly Row[];
  /** Options that mean the same in every row. */
  readonly everywhere: readonly Entry[];
  /** Patterns of names, and their equivalents here. */
  readonly kinds: readonly Entry[];
  /** The cells that give equivalents. */
  readonly answers: readonly string[];
}

/** The contents of backticks. */
export const spansOf = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** The cells of a section's rows, without the head. */
const cellsOf = (section: string): string[][] =>
  [...section.matchAll(/^\| (.*) \|$/gm)].slice(1).map(([, cells]) => cells!.split(" | "));

/** A semicolon outside of code. */
const betweenEntries = /; (?=(?:[^`]*`[^`]*`)*[^`]*$)/;

function entryOf(text: string): Entry {
  const [theirs = "", ...here] = text.split(" → ");
  return { options: spansOf(theirs), here: here.join(" → ") };
}

function rowOf(section: string, cells: readonly string[]): Row {
  const [names = "", here = "", options = ""] = cells;
  const parts = options.split(betweenEntries).filter((part) => part.trim() !== "");
  const as = parts.map((part) => /^as `(.+)`$/.exec(part)?.[1]).find(Boolean);
  const entries = parts.filter((part) => !part.startsWith("as `")).map(entryOf);
  return { section, names: spansOf(names), here, entries, as };
}

export function readOptionsPage(): OptionsPage {
  const text = readFileSync(new URL("../../docs/options.md", import.meta.url), "utf8");
  const sections = text.split(/^## /m).slice(1);
  const [everywhere = "", kinds = ""] = ["Said once: options", "Said once: names"].map((title) =>
    sections.find((section) => section.startsWith(title)),
  );
  const rows = sections
    .filter((section) => section !== everywhere && section !== kinds)
    .flatMap((section) => cellsOf(section).map((cells) => rowOf(section.split("\n")[0]!, cells)));
  const [shared, kindsOfNames] = [everywhere, kinds].map((section) =>
    cellsOf(section).map(([theirs = "", here = ""]) => ({ options: spansOf(theirs), here })),
  );
  return {
    rows,
    everywhere: shared!,
    kinds: kindsOfNames!,
    answers: [...shared!, ...kindsOfNames!, ...rows.flatMap((row) => [row, ...row.entries])].map(
      ({ here }) => here,
    ),
  };
}
