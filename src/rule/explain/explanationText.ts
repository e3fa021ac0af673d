/** Writes an explanation as text for a terminal. */

import { columnsOf, pad, wrap } from "../formula/text.ts";
import type {
  ElementBytes,
  Explanation,
  HyperparameterExplanation,
  PartExplanation,
  PassExplanation,
  StateExplanation,
} from "./explanation.ts";

const usualWidth = 80;
const indent = "  ";

/** The explanation, and the number of columns for it. */
type Content = Omit<Explanation, "toString"> & { readonly width: number };

const gap = "   ";

/** Breaks one column's text into lines, so that the table fits the width. */
function folded(
  rows: readonly (readonly string[])[],
  column: number,
  width: number,
): (readonly string[])[] {
  const others = (rows[0] ?? []).map((_, index) =>
    index === column ? 0 : Math.max(...rows.map((row) => columnsOf(row[index]!))),
  );
  const taken = others.reduce((sum, columns) => sum + columns + gap.length, -gap.length);
  return rows.flatMap((row) =>
    wrap(row[column]!, width - indent.length - taken).map((line, index) =>
      row.map((cell, at) => (at === column ? line : index === 0 ? cell : "")),
    ),
  );
}

/** A table without lines: columns are as wide as their widest cell, and right-aligned from column `right` on. */
function table(rows: readonly (readonly string[])[], right: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => columnsOf(row[column]!))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column]!, column >= right ? "left" : "right"))
      .join(gap)
      .trimEnd(),
  );
}

const indented = (lines: readonly string[], by = indent): string[] =>
  lines.map((line) => (line === "" ? "" : by + line));

/** A title with lines under it. If the table's heading row leaves room, the title is on that row. */
function section(title: string, lines: readonly string[]): string[] {
  const [first, ...rest] = indented(lines);
  if (first === undefined) {
    return [];
  }
  const beside = first.slice(0, title.length + 1).trim() === "";
  return beside ? ["", title + first.slice(title.length), ...rest] : ["", title, first, ...rest];
}

/** A number as the language writes it: 1e-6, not 0.000001. */
const numberText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);

/** Breaks the lines of a formula that are too long; continuation lines are indented more. */
function formulaText(formula: string, width: number): string[] {
  return formula.split("\n").flatMap((line) => {
    const start = /^ */.exec(line)![0];
    const [first, ...rest] = wrap(line.trim(), width - start.length - 2 * indent.length);
    return [start + first!, ...rest.map((each) => start + indent + indent + each)];
  });
}

function partText({ title, summary, paper, formula }: PartExplanation, width: number): string[] {
  return [
    title,
    ...(summary === undefined ? [] : wrap(summary, width - indent.length)),
    ...(formula === "" ? [] : ["", ...indented(formulaText(formula, width - indent.length))]),
    ...(paper === undefined ? [] : ["", ...wrap(paper, width - indent.length)]),
  ];
}

/** A hyperparameter's or a state's name, with its part if a chain needs it. */
const qualify = ({ parts }: Content, part: string, name: string): string =>
  parts.length > 1 ? `${part}.${name}` : name;

/** The symbol, left out if it is the name itself. */
const symbolText = ({ name, symbol }: HyperparameterExplanation | StateExplanation): string =>
  symbol === name ? "" : symbol;

function valueText({ value, default: usual }: HyperparameterExplanation): string {
  if (typeof value !== "number") {
    return String(value);
  }
  const changed = typeof usual === "number" && value !== usual;
  return numberText(value) + (changed ? ` (default ${numberText(usual)})` : "");
}

function hyperparameterText(content: Content): string[] {
  const ranged = content.hyperparameters.some(({ range }) => range !== undefined);
  const rows = content.hyperparameters.map((each) => [
    symbolText(each),
    qualify(content, each.part, each.name),
    valueText(each),
    // If no hyperparameter has a range, the column is left out.
    ...(ranged ? [each.range ?? ""] : []),
  ]);
  return table(folded(rows, 2, content.width), 4);
}

const places = {
  element: "an element",
  row: "a column",
  column: "a row",
  scalar: "a tensor",
  uniform: "a group",
  left: "two rows",
  right: "two columns",
  transposed: "an element",
} as const;

const bytesText = (bytes: ElementBytes): string[] => [`${bytes.float32}`, `${bytes.float64}`];

function stateText(content: Content): string[] {
  const { state } = content;
  const rows = state.map((each) => [
    symbolText(each),
    qualify(content, each.part, each.name),
    `one value ${places[each.kind]}, from ${each.initial}`,
    // Almost nothing if one value serves many elements.
    ...(each.kind === "element" ? bytesText(each.bytes) : ["~0", "~0"]),
  ]);
  const total = (type: keyof ElementBytes): string =>
    `${state.reduce((sum, { bytes }) => sum + bytes[type], 0)}`;
  const totals = rows.length > 1 ? [["", "", "in all", total("float32"), total("float64")]] : [];
  if (rows.length === 0) {
    return ["none"];
  }
  const all = [["", "", "", "float32", "float64"], ...rows, ...totals];
  const first = rows.every(([symbol]) => symbol === "") ? 1 : 0;
  const shown = all.map((row) => row.slice(first));
  return table(folded(shown, 2 - first, content.width), 3 - first);
}

const extents = {
  global: "all parameters",
  tensor: "each parameter",
  rows: "each row",
  cols: "each column",
} as const;

function passText(content: Content, pass: PassExplanation): string {
  const { reads, writes, routine, reductions } = pass;
  const short = (slot: string): string => {
    if (slot === "") {
      return "intermediate results";
    }
    const last = slot.slice(slot.lastIndexOf(".") + 1);
    const same = content.state.filter(({ name }) => name === last);
    return same.length > 1 ? slot : last;
  };
  const names = (slots: readonly string[]): string => slots.map(short).join(" ");
  const sums = reductions.map(({ operator, scope }) => {
    const over = extents[scope];
    return operator === "sum" ? `adds up over ${over}` : `takes the ${operator} over ${over}`;
  });
  const written = writes.length === 0 ? [] : [`writes ${names(writes)}`];
  const called = routine === undefined ? [] : [`calls ${routine}`];
  const read = reads.length === 0 ? [] : [`reads ${names(reads)}`];
  return [...read, ...called, ...new Set(sums), ...written].join(", ");
}

function costText(content: Content): string[] {
  const { passes, bytes, check, obstacle, width } = content;
  if (obstacle !== undefined) {
    return obstacle
      .split("\n")
      .flatMap((line) => (line.startsWith(" ") ? [line] : wrap(line, width - indent.length)));
  }
  const rows = passes.map((pass, index) => [
    `${index + 1}`,
    passText(content, pass),
    ...bytesText(pass.bytes),
  ]);
  const totals = passes.length > 1 ? [["", "in all", ...bytesText(bytes)]] : [];
  const extra = `the check for non-finite gradients${check.passes > 0 ? ", a pass of its own" : ""}`;
  const head = ["", "", "float32", "float64"];
  const added = ["+", extra, ...bytesText(check.bytes)];
  return table(folded([head, ...rows, ...totals, added], 1, width), 2);
}

/**
 * @param explanation the explanation to write
 * @param width the number of columns; no more than usual are used, because wide text is harder to read
 */
export function explanationText(
  explanation: Omit<Explanation, "toString">,
  width: number = usualWidth,
): string {
  const content: Content = { ...explanation, width: Math.min(width, usualWidth) };
  const { parts, title } = content;
  const head = parts.length > 1 ? [...wrap(title, content.width), ""] : [];
  const body = parts.flatMap((part, index) => [
    ...(index > 0 ? [""] : []),
    ...(parts.length > 1
      ? indented(partText(part, content.width - indent.length))
      : partText(part, content.width)),
  ]);
  return [
    ...head,
    ...body,
    ...section("Hyperparameters", hyperparameterText(content)),
    ...section("State, bytes per element", stateText(content)),
    ...section("Passes over memory, bytes per element", costText(content)),
  ].join("\n");
}
