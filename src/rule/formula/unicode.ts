/** Writes a rule as plain text, with Greek letters, subscripts and superscripts. */
import { type Part, type Rule, titleOf } from "../definition.ts";
import { type Block, equationsOf, initialTerm } from "./equations.ts";
import { type Glyph, greekLetters } from "./glyph.ts";
import { type Mark, marksOf, partGlyphs } from "./mark.ts";
import { atom, type Case, level, type Piece, Printer } from "./printer.ts";
import type { Time, Value } from "./resolve.ts";
import { substitute, type Term } from "./term.ts";
import { columnsOf, pad } from "./text.ts";

const accents = { hat: "\u0302", bar: "\u0304", tilde: "\u0303" } as const;
const subscriptDigits = "₀₁₂₃₄₅₆₇₈₉";
const primes = ["", "′", "″", "‴"];
const subscripts: Readonly<Record<Time, string>> = {
  constant: "",
  now: "ₜ",
  previous: "ₜ₋₁",
  initial: "₀",
};

/** Characters that have a superscript form. There is none for q, the decimal point and the slash. */
const superscripts = new Map(
  [..."0123456789+−()abcdefghijklmnoprstuvwxyz"].map((plain, index) => [
    plain,
    [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"][index]!,
  ]),
);

/** The text as a superscript; undefined if a character has none. */
function raised(text: string): string | undefined {
  const characters = [...text.replaceAll(" ", "")].map((each) => superscripts.get(each));
  return characters.includes(undefined) ? undefined : characters.join("");
}

/** Functions that are written as brackets: the left one and the right one. */
const delimiters = new Map<string, readonly [string, string]>([
  ["abs", ["|", "|"]],
  ["norm", ["‖", "‖"]],
  ["globalNorm", ["‖", "‖ₐₗₗ"]],
  ["floor", ["⌊", "⌋"]],
]);

/** Functions that are not written as in the language. */
const operators = new Map([
  ["amin", "min"],
  ["amax", "max"],
  ["rootMeanSquare", "rms"],
  ["globalMin", "minₐₗₗ"],
  ["globalMax", "maxₐₗₗ"],
]);

const sums = new Map([
  ["sum", "∑"],
  ["globalSum", "∑ₐₗₗ"],
]);

function glyphText({ base, style, accent, index }: Glyph): string {
  const letter = style === "greek" ? greekLetters[base as keyof typeof greekLetters] : base;
  const digits = [...index].map((digit) => subscriptDigits[Number(digit)]).join("");
  return letter + (accent === undefined ? "" : accents[accent]) + digits;
}

class UnicodePrinter extends Printer {
  protected readonly signs = {
    minus: "−",
    dot: " · ",
    juxtaposed: " ",
    beforeBracket: " · ",
    lessOrEqual: "≤",
    greaterOrEqual: "≥",
    notEqual: "≠",
    modulo: "mod",
  };

  mark({ glyph, time, primes: count }: Mark): Piece {
    const subscript = (glyph.index !== "" && time !== "constant" ? "," : "") + subscripts[time];
    const prime = primes[count] ?? raised(`(${count})`)!;
    const label = raised(glyph.label)!;
    const end = glyph.style === "word" ? "word" : "other";
    return atom(glyphText(glyph) + subscript + label + prime, {
      isBase: prime === "" && label === "",
      head: end,
      tail: end,
    });
  }

  protected bracketed(text: string): string {
    return `(${text})`;
  }

  protected scientific(mantissa: string, exponent: string): Piece {
    const power = `10${raised(exponent.replace("-", "−"))}`;
    return mantissa === "1"
      ? atom(power, { head: "digit" })
      : atom(`${mantissa}·${power}`, { level: level.product, head: "digit" });
  }

  protected readonly fraction = undefined;

  protected power(base: string, exponent: Term<Mark>): Piece {
    const piece = this.print(exponent);
    const plain = this.baseOf(piece).replaceAll(" / ", "/");
    return atom(base + (raised(piece.text) ?? `^${plain}`));
  }

  protected function(callee: string, operands: readonly Term<Mark>[]): Piece {
    const [first] = operands as [Term<Mark>];
    const delimiter = delimiters.get(callee);
    if (delimiter !== undefined) {
      const [left, right] = delimiter;
      return atom(left + this.print(first).text + right, { isBase: true });
    }
    const sum = sums.get(callee);
    if (sum !== undefined) {
      const operand = this.within(this.print(first), level.product);
      return atom(`${sum} ${operand}`, { level: level.modulo });
    }
    switch (callee) {
      case "sqrt":
        // A factor after the root would seem to be under it.
        return atom(`√${this.base(first)}`, { tail: "word" });
      case "transpose":
        return atom(`${this.base(first)}ᵀ`);
      default: {
        const list = operands.map((operand) => this.print(operand).text).join(", ");
        return atom(`${operators.get(callee) ?? callee}(${list})`, { head: "word" });
      }
    }
  }

  protected choice(cases: readonly Case[]): Piece {
    const texts = cases.map(({ value, condition }) =>
      condition === undefined ? `else ${value.text}` : `${value.text} if ${condition.text}`,
    );
    return atom(texts.join(", "), { level: level.choice });
  }
}

/** The brace in front of the cases of a choice. */
function brace(index: number, count: number): string {
  if (index === 0) {
    return "⎧";
  }
  if (index === count - 1) {
    return "⎩";
  }
  return index === count >> 1 ? "⎨" : "⎪";
}

/** A choice that is the whole right-hand side, with one line for each case. */
function caseLines(cases: readonly Case[]): string[] {
  const width = Math.max(...cases.map(({ value }) => columnsOf(value.text)));
  return cases.map(({ value, condition }, index) => {
    const when = condition === undefined ? "otherwise" : `if ${condition.text}`;
    return `${brace(index, cases.length)} ${pad(value.text, width)}   ${when}`;
  });
}

/** Where to break a line that is too long; -1 if it fits, or has no place for a break. */
function breakIn(characters: readonly string[], width: number): number {
  const start = characters.findIndex((character) => character !== " ");
  let depth = 0;
  let columns = 0;
  let best = { index: -1, cost: Number.POSITIVE_INFINITY };
  for (const [index, character] of characters.entries()) {
    depth += "([⌊".includes(character) ? 1 : ")]⌋".includes(character) ? -1 : 0;
    columns += columnsOf(character);
    if (columns > width) {
      return best.index;
    }
    const isSign = characters[index - 1] === " " && characters[index + 1] === " ";
    if (isSign && index > start && "+−·/".includes(character)) {
      const cost = 2 * depth + ("+−".includes(character) ? 0 : 1);
      best = best.cost < cost ? best : { index, cost };
    }
  }
  return -1;
}

/**
 * Breaks a long right-hand side before an outermost sign with which the line fits: the last such plus or minus, or if
 * there is none, the last other sign.
 */
function brokenLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = [...text];
  for (let at = breakIn(rest, width); at > 0; at = breakIn(rest, width)) {
    lines.push(rest.slice(0, at - 1).join(""));
    rest = [" ", " ", ...rest.slice(at)];
  }
  return [...lines, rest.join("")];
}

/** The lines of one part, aligned at the equals signs. */
function blockLines(
  { equations }: Block,
  markOf: ReturnType<typeof marksOf>,
  width: number,
): string[] {
  const printer = new UnicodePrinter();
  const rows = equations.map(({ target, value }) => ({
    left: printer.mark(markOf(target)).text,
    right: marked(value, markOf),
  }));
  const leftWidth = Math.max(...rows.map(({ left }) => columnsOf(left)));
  return rows.flatMap(({ left, right }) => {
    const lines =
      right.form === "call" && right.callee === "where"
        ? caseLines(printer.cases(right))
        : brokenLines(printer.print(right).text, width - leftWidth - 3);
    return lines.map((line, index) =>
      index === 0
        ? `${pad(left, leftWidth, "left")} = ${line}`
        : `${" ".repeat(leftWidth + 3)}${line}`,
    );
  });
}

/** A right-hand side with symbols in place of values. */
const marked = (value: Term<Value>, markOf: (value: Value) => Mark): Term<Mark> =>
  substitute(value, (each) => ({ form: "variable", variable: markOf(each) }));

/** The initial value of a state as text: `p` is θ₀. */
export function unicodeInitial(part: Part, initial: number | string): string {
  const value: Term<Value> =
    typeof initial === "number" ? { form: "number", value: initial } : initialTerm(part, initial);
  return new UnicodePrinter().print(marked(value, marksOf([]))).text;
}

/** The symbols of a part's hyperparameters, state and locals, by name. */
export function unicodeSymbols(part: Part): Map<string, string> {
  const printer = new UnicodePrinter();
  return new Map(
    [...partGlyphs(part)].map(([name, glyph]) => [
      name,
      printer.mark({ name, glyph, time: "constant", primes: 0 }).text,
    ]),
  );
}

export interface UnicodeBlock {
  readonly part: Part;
  readonly lines: readonly string[];
}

/** The maths of each part of a rule, in lines of at most `width` columns where they can be broken. */
export function unicodeBlocks(rule: Rule, width: number): UnicodeBlock[] {
  const blocks = equationsOf(rule);
  const markOf = marksOf(blocks);
  return blocks
    .filter(({ equations }) => equations.length > 0)
    .map((block) => ({
      part: block.part,
      lines: blockLines(block, markOf, width),
    }));
}

/**
 * Writes the maths of a rule in plain text, for terminals: a line for each equation. The parts of a chain
 * are under their titles. It shows what `latex` shows.
 *
 * @throws {RuleError} where a part does not fit after those before it
 * @throws {HyperparameterError} where `u` is assigned and nothing has `lr`
 * @example
 * const lines = unicode(adam()).split("\n");
 * console.log(lines[0], lines.length); // "mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ", 4
 */
export function unicode(rule: Rule): string {
  const blocks = unicodeBlocks(rule, 78);
  if (rule.parts.length <= 1) {
    return blocks.flatMap(({ lines }) => lines).join("\n");
  }
  return blocks
    .map(({ part, lines }) => [titleOf(part), ...lines.map((line) => `  ${line}`)].join("\n"))
    .join("\n\n");
}
