/** Writes a rule as LaTeX. */
import { type Rule, titleOf } from "../definition.ts";
import { type Block, equationsOf } from "./equations.ts";
import type { Glyph } from "./glyph.ts";
import { type Mark, marksOf } from "./mark.ts";
import { atom, type Case, level, type Piece, Printer } from "./printer.ts";
import type { Time, Value } from "./resolve.ts";
import { substitute, type Term } from "./term.ts";

const subscripts: Readonly<Record<Time, string>> = {
  constant: "",
  now: "t",
  previous: "t-1",
  initial: "0",
};

/** Functions whose names TeX knows, and what is written after the name. */
const operators = new Map([
  ["min", "\\min"],
  ["max", "\\max"],
  ["exp", "\\exp"],
  ["log", "\\log"],
  ["amin", "\\min"],
  ["amax", "\\max"],
  ["rootMeanSquare", "\\operatorname{rms}"],
  ["globalMin", "\\min_{\\mathrm{all}}"],
  ["globalMax", "\\max_{\\mathrm{all}}"],
]);

const sums = new Map([
  ["sum", "\\sum"],
  ["globalSum", "\\sum_{\\mathrm{all}}"],
]);

/** Functions that are written as brackets: the left one, the right one, and what is written after them. */
const delimiters = new Map<string, readonly [string, string, string]>([
  ["abs", ["\\lvert", "\\rvert", ""]],
  ["norm", ["\\lVert", "\\rVert", ""]],
  ["globalNorm", ["\\lVert", "\\rVert", "_{\\mathrm{all}}"]],
  ["floor", ["\\lfloor", "\\rfloor", ""]],
]);

const escapes = new Map([
  ["\\", "\\textbackslash{}"],
  ["~", "\\textasciitilde{}"],
  ["^", "\\textasciicircum{}"],
]);

/** Escapes the characters that are special in TeX. */
const escaped = (text: string): string =>
  text.replace(/[\\~^&%$#_{}]/g, (sign) => escapes.get(sign) ?? `\\${sign}`);

const braced = (text: string): string => (text.length === 1 ? text : `{${text}}`);

/** Greek letters whose usual form is a variant in TeX. */
const variants = new Map([
  ["epsilon", "varepsilon"],
  ["phi", "varphi"],
]);

function letterText({ base, style }: Glyph): string {
  switch (style) {
    case "latin":
      return base;
    case "greek":
      return `\\${variants.get(base) ?? base}`;
    case "word":
      // temml splits an upright word at an underscore.
      return `\\${base.includes("_") ? "text" : "mathrm"}{${escaped(base)}}`;
  }
}

function glyphText(glyph: Glyph): string {
  const letter = letterText(glyph);
  return glyph.accent === undefined ? letter : `\\${glyph.accent}{${letter}}`;
}

/** Options of {@link latex}. */
export interface LatexOptions {
  /**
   * Writes a symbol. It gets the symbol's `name` in the rule, such as `beta1`, and its `latex`, such as `\beta_1`, and returns
   * LaTeX. Pages use this to mark symbols, for example with `\data{symbol=beta1}{\beta_1}` of temml. Default: symbols stay as
   * they are.
   */
  readonly symbol?: (name: string, latex: string) => string;
}

class LatexPrinter extends Printer {
  readonly #symbol: NonNullable<LatexOptions["symbol"]>;

  constructor({ symbol = (_, latex) => latex }: LatexOptions) {
    super();
    this.#symbol = symbol;
  }

  protected readonly signs = {
    minus: "-",
    dot: " \\cdot ",
    juxtaposed: "\\,",
    beforeBracket: "\\,",
    lessOrEqual: "\\le",
    greaterOrEqual: "\\ge",
    notEqual: "\\ne",
    modulo: "\\bmod",
  };

  /** Whether quotients are written with a slash: in exponents, and in fractions, where a second bar would be tiny. */
  #small = false;

  mark({ name, glyph, time, primes }: Mark): Piece {
    const subscript = [glyph.index, subscripts[time]].filter((part) => part !== "").join(",");
    const label = glyph.label === "" ? "" : `\\${glyph.label}`;
    const prime = primes > 3 ? `(${primes})` : "\\prime".repeat(primes);
    const superscript = label + prime;
    const text = [
      glyphText(glyph),
      subscript && `_${braced(subscript)}`,
      superscript &&
        (superscript === prime && primes <= 3 ? "'".repeat(primes) : `^{${superscript}}`),
    ].join("");
    const end = glyph.style === "word" ? "word" : "other";
    return atom(this.#symbol(name, text), { isBase: superscript === "", head: end, tail: end });
  }

  protected bracketed(text: string): string {
    return this.#delimited("(", text, ")");
  }

  protected scientific(mantissa: string, exponent: string): Piece {
    const power = `10^${braced(exponent)}`;
    return mantissa === "1"
      ? atom(power, { head: "digit" })
      : atom(`${mantissa} \\cdot ${power}`, { level: level.product, head: "digit" });
  }

  protected get fraction() {
    if (this.#small) return undefined;
    return (left: Term<Mark>, right: Term<Mark>) =>
      atom(`\\frac{${this.#inSmall(left)}}{${this.#inSmall(right)}}`);
  }

  protected power(base: string, exponent: Term<Mark>): Piece {
    return atom(`${base}^${braced(this.#inSmall(exponent))}`);
  }

  #inSmall(term: Term<Mark>): string {
    const outer = this.#small;
    this.#small = true;
    const { text } = this.print(term);
    this.#small = outer;
    return text;
  }

  protected function(callee: string, operands: readonly Term<Mark>[]): Piece {
    const [first] = operands as [Term<Mark>];
    const delimiter = delimiters.get(callee);
    if (delimiter !== undefined) {
      const [left, right, behind] = delimiter;
      return atom(this.#delimited(left, this.print(first).text, right) + behind, { isBase: true });
    }
    const sum = sums.get(callee);
    if (sum !== undefined) {
      const operand = this.within(this.print(first), level.product);
      return atom(`${sum} ${operand}`, { level: level.modulo });
    }
    switch (callee) {
      case "sqrt":
        return atom(`\\sqrt{${this.print(first).text}}`);
      case "transpose":
        return atom(`${this.base(first)}^\\top`);
      default: {
        const name = operators.get(callee) ?? `\\operatorname{${callee}}`;
        const list = operands.map((operand) => this.print(operand).text).join(", ");
        return atom(name + this.bracketed(list), { head: "word" });
      }
    }
  }

  protected choice(cases: readonly Case[]): Piece {
    const rows = cases.map(({ value, condition }) =>
      condition === undefined
        ? `${value.text} & \\text{otherwise}`
        : `${value.text} & \\text{if } ${condition.text}`,
    );
    return atom(`\\begin{cases} ${rows.join(" \\\\ ")} \\end{cases}`, { level: level.choice });
  }

  /** Puts brackets around a text; they grow with its height. */
  #delimited(left: string, text: string, right: string): string {
    const tall = /\\(?:frac|begin|sum|left)(?![a-z])/.test(text);
    const gap = left.startsWith("\\") ? " " : "";
    const close = right.startsWith("\\") ? ` ${right}` : right;
    return tall ? `\\left${left} ${text} \\right${right}` : `${left}${gap}${text}${close}`;
  }
}

function aligned(
  { equations }: Block,
  markOf: (value: Value) => Mark,
  options: LatexOptions,
): string {
  const printer = new LatexPrinter(options);
  const marked = (value: Value) => ({ form: "variable", variable: markOf(value) }) as const;
  const rows = equations.map(({ target, value }) => {
    const left = printer.mark(markOf(target)).text;
    return `${left} &= ${printer.print(substitute(value, marked)).text}`;
  });
  return `\\begin{aligned}\n${rows.join(" \\\\\n")}\n\\end{aligned}`;
}

/**
 * Writes the maths of a rule in LaTeX, for display: one `aligned` block, or one for each part of a chain,
 * under the part's title.
 *
 * The formula is that of the rule's options: `sgd({ momentum: 0.9, nesterov: true })` shows Nesterov's
 * formula, and state that is not kept is not shown. See mark.ts for the symbols.
 *
 * @param options how to write symbols
 * @throws {RuleError} where a part does not fit after those before it
 * @throws {HyperparameterError} where `u` is assigned and nothing has `lr`
 * @example
 * const lines = latex(adam()).split("\n");
 * lines[1]; // "m_t &= \\beta_1\\,m_{t-1} + (1 - \\beta_1)\\,g_t \\\\"
 */
export function latex(rule: Rule, options: LatexOptions = {}): string {
  const blocks = equationsOf(rule);
  const markOf = marksOf(blocks);
  const shown = blocks.filter(({ equations }) => equations.length > 0);
  if (rule.parts.length <= 1) {
    return shown.map((block) => aligned(block, markOf, options)).join("");
  }
  const rows = shown.map((block) => {
    return `\\text{${escaped(titleOf(block.part))}} \\\\\n\\quad ${aligned(block, markOf, options)}`;
  });
  return `\\begin{array}{l}\n${rows.join(" \\\\[1em]\n")}\n\\end{array}`;
}
