/** What LaTeX and plain text have in common: it decides where brackets and multiplication signs are needed. */
import { chainOf } from "../language/chain.ts";
import type { BinarySymbol } from "../language/syntax.ts";
import type { Mark } from "./mark.ts";
import type { Term } from "./term.ts";

/** How tightly the outermost sign of a piece binds, from loose to tight. */
export const level = {
  choice: 0,
  comparison: 1,
  /** `a mod b`, and a sum over everything after its sign. */
  modulo: 2,
  sum: 3,
  quotient: 4,
  product: 5,
  atom: 6,
} as const;

/** A part of a formula as text. */
export interface Piece {
  readonly text: string;
  readonly level: (typeof level)[keyof typeof level];
  /** Whether it may be followed by an exponent without brackets. */
  readonly isBase: boolean;
  /** What it begins and ends with; this decides whether a product needs a multiplication sign. */
  readonly head: "minus" | "digit" | "word" | "other";
  readonly tail: "word" | "other";
}

/** A piece that never needs brackets. */
export function atom(text: string, properties: Partial<Piece> = {}): Piece {
  return { text, level: level.atom, isBase: false, head: "other", tail: "other", ...properties };
}

const comparisons: Partial<Record<BinarySymbol, string>> = {
  "<": "<",
  ">": ">",
  "==": "=",
};

type Operator = Extract<Term<Mark>, { form: "binary" }>;

/** One case of a choice. The last one has no condition. */
export interface Case {
  readonly value: Piece;
  readonly condition: Piece | undefined;
}

export abstract class Printer {
  protected abstract readonly signs: {
    readonly minus: string;
    readonly dot: string;
    /** Between factors that need no multiplication sign. */
    readonly juxtaposed: string;
    /** Between a name and a bracket, which might otherwise look like a function call. */
    readonly beforeBracket: string;
    readonly lessOrEqual: string;
    readonly greaterOrEqual: string;
    readonly notEqual: string;
    readonly modulo: string;
  };

  abstract mark(mark: Mark): Piece;
  protected abstract bracketed(text: string): string;
  /** A number of the form d.dde±n, split into its parts. */
  protected abstract scientific(mantissa: string, exponent: string): Piece;
  /** Writes a quotient in its own way, if not as `a / b` on one line. */
  protected abstract readonly fraction:
    | ((left: Term<Mark>, right: Term<Mark>) => Piece)
    | undefined;
  /** @param base the base, in brackets if needed */
  protected abstract power(base: string, exponent: Term<Mark>): Piece;
  protected abstract function(callee: string, operands: readonly Term<Mark>[]): Piece;
  protected abstract choice(cases: readonly Case[]): Piece;

  print(term: Term<Mark>): Piece {
    switch (term.form) {
      case "number":
        return this.#number(term.value);
      case "variable":
        return this.mark(term.variable);
      case "negation": {
        const operand = this.within(this.print(term.operand), level.quotient);
        return atom(`${this.signs.minus}${operand}`, { level: level.product, head: "minus" });
      }
      case "binary":
        return this.#chain(term);
      case "call":
        return term.callee === "where"
          ? this.choice(this.cases(term))
          : this.function(term.callee, term.operands);
    }
  }

  /** The cases of a choice. A choice as the last operand adds its cases to this one's. */
  cases({ operands }: Extract<Term<Mark>, { form: "call" }>): Case[] {
    const [condition, yes, no] = operands as [Term<Mark>, Term<Mark>, Term<Mark>];
    const value = this.print(yes);
    // Cases within a case would look like further cases of this choice.
    const enclosed = value.level === level.choice ? atom(this.bracketed(value.text)) : value;
    const first = { value: enclosed, condition: this.print(condition) };
    return no.form === "call" && no.callee === "where"
      ? [first, ...this.cases(no)]
      : [first, { value: this.print(no), condition: undefined }];
  }

  /** The piece, in brackets if it binds less tightly than `least`, or starts with a minus sign. */
  protected within(piece: Piece, least: number): string {
    return piece.level < least || piece.head === "minus" ? this.bracketed(piece.text) : piece.text;
  }

  #number(value: number): Piece {
    const tiny = value !== 0 && Math.abs(value) < 1e-4;
    const digits = tiny ? value.toExponential() : String(value);
    const [mantissa = "", exponent] = digits.split("e");
    return exponent === undefined
      ? atom(mantissa, { isBase: true, head: "digit" })
      : this.scientific(mantissa, exponent.replace("+", ""));
  }

  #chain(term: Operator): Piece {
    const { fraction } = this;
    const isFraction = ({ symbol }: Operator) => symbol === "/" && fraction !== undefined;
    if (isFraction(term)) return fraction!(term.left, term.right);
    const [first, links] = chainOf<Term<Mark>>(term, isFraction);
    return links.reduce((left, link) => this.#binary(link, left), this.print(first));
  }

  /** @param left its left operand, as it is written */
  #binary({ symbol, right }: Operator, left: Piece): Piece {
    const { minus, modulo } = this.signs;
    switch (symbol) {
      case "+":
        return this.#infix(left, "+", right, [level.sum, level.sum], level.sum);
      case "-":
        return this.#infix(left, minus, right, [level.sum, level.quotient], level.sum);
      case "*":
        return this.#product(left, this.print(right));
      case "/":
        return this.#infix(left, "/", right, [level.product, level.atom], level.quotient);
      case "^":
        return this.power(this.baseOf(left), right);
      case "%":
        return this.#infix(left, modulo, right, [level.product, level.atom], level.modulo);
      default: {
        const sign = this.#comparison(symbol);
        return this.#infix(left, sign, right, [level.modulo, level.modulo], level.comparison);
      }
    }
  }

  #comparison(symbol: BinarySymbol): string {
    const { lessOrEqual, greaterOrEqual, notEqual } = this.signs;
    const signs = { ...comparisons, "<=": lessOrEqual, ">=": greaterOrEqual, "!=": notEqual };
    return signs[symbol]!;
  }

  /** @param least how tightly the left and the right operand must bind */
  #infix(
    left: Piece,
    sign: string,
    operand: Term<Mark>,
    least: readonly [number, number],
    own: Piece["level"],
  ): Piece {
    const right = this.print(operand);
    const text = `${this.#leading(left, least[0])} ${sign} ${this.within(right, least[1])}`;
    const head = left.level < least[0] ? "other" : left.head;
    return atom(text, { level: own, head });
  }

  #product(left: Piece, right: Piece): Piece {
    const opens = right.level < level.product || right.head === "minus";
    const closes = left.level < level.product;
    const needsDot =
      (!opens && (right.head === "digit" || right.head === "word")) ||
      (!closes && left.tail === "word");
    const a = this.#leading(left, level.product);
    const b = this.within(right, level.product);
    const { dot, beforeBracket, juxtaposed } = this.signs;
    const close = b.startsWith("(") && !a.endsWith(")") ? beforeBracket : juxtaposed;
    const text = `${a}${needsDot ? dot : close}${b}`;
    return atom(text, {
      level: level.product,
      head: closes ? "other" : left.head,
      tail: opens ? "other" : right.tail,
    });
  }

  /** As `within`, for the beginning of an expression, where a minus sign is allowed. */
  #leading(piece: Piece, least: number): string {
    return piece.level < least ? this.bracketed(piece.text) : piece.text;
  }

  protected base(term: Term<Mark>): string {
    return this.baseOf(this.print(term));
  }

  /** The piece, in brackets if it needs them before an exponent. */
  protected baseOf({ text, isBase }: Piece): string {
    return isBase ? text : this.bracketed(text);
  }
}
