/**
 * Parses a rule's text.
 *
 *     rule       = { name "=" expression newline }
 *     expression = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
 *     sum        = product { ("+" | "-") product }
 *     product    = factor { ("*" | "/" | "%") factor }
 *     factor     = "-" factor | power
 *     power      = atom [ "^" factor ]                      (to the right: a^b^c is a^(b^c))
 *     atom       = number | name | name "(" expression { "," expression } ")" | "(" expression ")"
 */
import { RuleError, type Span } from "../errors.ts";
import { mistake } from "./habits.ts";
import { type Mistake, type Token, tokenize } from "./lexer.ts";
import type { BinarySymbol, Expression, Statement } from "./syntax.ts";

// More than any formula needs. The limits keep a malicious text from exhausting the stack, here and where
// expressions are visited later.
const maximumDepth = 100;
const maximumOperators = 1000;

const sumSymbols = ["+", "-"];
const productSymbols = ["*", "/", "%"];
const comparisonSymbols = ["<", "<=", ">", ">=", "==", "!="];

class Parser {
  readonly #rule: string;
  readonly #text: string;
  readonly #mistake: Mistake;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;
  /** The number of operators in this line so far. */
  #operators = 0;

  constructor(rule: string, text: string, mistakeOf: Mistake) {
    this.#rule = rule;
    this.#text = text;
    this.#mistake = mistakeOf;
    this.#tokens = tokenize(rule, text, mistakeOf);
  }

  parse(): Statement[] {
    const statements: Statement[] = [];
    while (this.#peek().kind !== "end") {
      if (this.#peek().kind === "newline") {
        this.#position += 1;
      } else {
        statements.push(this.#statement());
      }
    }
    return statements;
  }

  #peek(): Token {
    return this.#tokens[this.#position]!;
  }

  #next(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #accept(symbols: readonly string[]): Token | undefined {
    const token = this.#peek();
    return token.kind === "symbol" && symbols.includes(token.text) ? this.#next() : undefined;
  }

  #fail(problem: string, span: Span = this.#peek().span): never {
    throw new RuleError(this.#rule, problem, this.#text, span);
  }

  /** Throws the error for text that is not in the grammar. */
  #refuse(problem: string, span: Span = this.#peek().span): never {
    throw this.#mistake(this.#rule, problem, this.#text, span);
  }

  #expect(symbol: string, where: string): Token {
    return (
      this.#accept([symbol]) ?? this.#refuse(`expected \`${symbol}\` ${where}${this.#found()}`)
    );
  }

  #found(): string {
    const { kind, text } = this.#peek();
    return kind === "newline" || kind === "end"
      ? ", but the line ends here"
      : `, found \`${text}\``;
  }

  #statement(): Statement {
    const target = this.#next();
    if (target.kind !== "name") {
      this.#refuse(`expected a line \`name = expression\`, found \`${target.text}\``, target.span);
    }
    this.#expect("=", `after \`${target.text}\``);
    this.#operators = 0;
    const value = this.#expression();
    if (this.#peek().kind !== "newline") {
      this.#refuse(`expected an operator or the end of the line${this.#found()}`);
    }
    return { target: target.text, targetSpan: target.span, value };
  }

  /** Parses an expression inside another one. */
  #nested(inner: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > maximumDepth) {
      this.#fail(`expressions may be nested ${maximumDepth} deep`);
    }
    const expression = inner();
    this.#depth -= 1;
    return expression;
  }

  #binary(operator: Token, left: Expression, right: Expression): Expression {
    this.#countOperator(operator);
    const span = { start: left.span.start, end: right.span.end };
    return { form: "binary", symbol: operator.text as BinarySymbol, left, right, span };
  }

  #negation(minus: Token, operand: Expression): Expression {
    this.#countOperator(minus);
    const span = { start: minus.span.start, end: operand.span.end };
    return { form: "negation", operand, span };
  }

  #countOperator({ span }: Token): void {
    this.#operators += 1;
    if (this.#operators > maximumOperators) {
      this.#fail(`a line may have ${maximumOperators} operators`, span);
    }
  }

  #expression(): Expression {
    const left = this.#sum();
    const comparison = this.#accept(comparisonSymbols);
    if (comparison === undefined) {
      return left;
    }
    const right = this.#sum();
    const second = this.#accept(comparisonSymbols);
    if (second !== undefined) {
      this.#fail("comparisons cannot be chained; nest `where` instead", second.span);
    }
    return this.#binary(comparison, left, right);
  }

  #sum(): Expression {
    return this.#leftToRight(sumSymbols, () => this.#product());
  }

  #product(): Expression {
    return this.#leftToRight(productSymbols, () => this.#factor());
  }

  #leftToRight(symbols: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (let token = this.#accept(symbols); token; token = this.#accept(symbols)) {
      left = this.#binary(token, left, operand());
    }
    return left;
  }

  #factor(): Expression {
    const minus = this.#accept(["-"]);
    return minus === undefined
      ? this.#power()
      : this.#negation(
          minus,
          this.#nested(() => this.#factor()),
        );
  }

  #power(): Expression {
    const base = this.#atom();
    const token = this.#accept(["^"]);
    return token === undefined
      ? base
      : this.#binary(
          token,
          base,
          this.#nested(() => this.#factor()),
        );
  }

  #atom(): Expression {
    const open = this.#accept(["("]);
    if (open !== undefined) {
      const inner = this.#nested(() => this.#expression());
      const close = this.#expect(")", "to close the parenthesis");
      return { ...inner, span: { start: open.span.start, end: close.span.end } };
    }
    const token = this.#peek();
    if (token.kind === "number") {
      this.#position += 1;
      return { form: "number", value: Number(token.text), span: token.span };
    }
    if (token.kind !== "name") {
      this.#refuse(`expected a number, a name or \`(\`${this.#found()}`);
    }
    this.#position += 1;
    const { text: name, span } = token;
    return this.#accept(["("]) ? this.#call(name, span) : { form: "name", name, span };
  }

  #call(callee: string, calleeSpan: Span): Expression {
    const operands: Expression[] = [];
    if (!this.#accept([")"])) {
      do {
        operands.push(this.#nested(() => this.#expression()));
      } while (this.#accept([","]));
      this.#expect(")", `to close the call of \`${callee}\``);
    }
    const end = this.#tokens[this.#position - 1]!.span.end;
    const span = { start: calleeSpan.start, end };
    return { form: "call", callee, calleeSpan, operands, span };
  }
}

/**
 * Parses a rule's text into its statements.
 * @param rule the rule's name, for messages
 * @param text one statement a line, as in `definition.rule`
 * @throws {RuleError} where the text is not a rule
 * @example
 * const [statement] = parse("halved", "u = g / 2");
 * statement.target; // "u"
 * statement.value.form; // "binary"
 */
export function parse(rule: string, text: string): Statement[] {
  return new Parser(rule, text, mistake).parse();
}

/** Parses a text that was checked before, or that is the library's own. It does not look for hints. */
export function parseTrusted(rule: string, text: string): Statement[] {
  return new Parser(rule, text, (...problem) => new RuleError(...problem)).parse();
}
