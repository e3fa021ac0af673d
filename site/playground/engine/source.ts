/** A formula and its derivatives as TypeScript, which computes what `formulas/evaluate.ts` does, to the bit. */
import type { BinarySymbol, Expression } from "gradus/rule";
import { functions, operators } from "../../../formulas/functions.ts";
import { chainOf } from "../../../src/rule/language/chain.ts";

/** Text of an expression, and how tightly it binds: what stands in a tighter place needs parentheses. */
interface Code {
  readonly text: string;
  readonly strength: number;
}

const [comparison, sum, product, power, whole] = [1, 2, 3, 4, 5];
const code = (text: string, strength = whole!): Code => ({ text, strength });
const inside = ({ text, strength }: Code, least: number): string =>
  strength >= least ? text : `(${text})`;

const add = (a: Code, b: Code) => code(`${inside(a, sum!)} + ${inside(b, product!)}`, sum);
const subtract = (a: Code, b: Code) => code(`${inside(a, sum!)} - ${inside(b, product!)}`, sum);
const multiply = (a: Code, b: Code) =>
  code(`${inside(a, product!)} * ${inside(b, power!)}`, product);
const divide = (a: Code, b: Code) => code(`${inside(a, product!)} / ${inside(b, power!)}`, product);
const negate = (a: Code) => code(`-${inside(a, whole!)}`, product);
/** JavaScript takes no sign before a power. The first power is the number itself, to the bit. */
const raise = (a: Code, b: Code) =>
  b.text === "1" ? a : code(`${inside(a, whole!)} ** ${inside(b, whole!)}`, power);
const call = (name: string, ...operands: readonly Code[]) =>
  code(`${name}(${operands.map(({ text }) => text).join(", ")})`);
const math =
  (name: string) =>
  (...operands: readonly Code[]) =>
    call(`Math.${name}`, ...operands);
const compare = (symbol: string) => (a: Code, b: Code) =>
  call("Number", code(`${inside(a, sum!)} ${symbol} ${inside(b, sum!)}`, comparison));
const choose = (condition: string, a: string, b: string) => code(`(${condition} ? ${a} : ${b})`);

const one = code("1");
const zero = code("0");
const two = code("2");
type Spell = (...operands: Code[]) => Code;

interface Spelling {
  readonly value: Spell;
  /** The derivative by each operand. */
  readonly slopes: readonly Spell[];
}

const of = (value: Spell, ...slopes: readonly Spell[]): Spelling => ({ value, slopes });
const none: Spell = () => zero;
const compared = (symbol: string): Spelling => of(compare(symbol) as Spell, none, none);
const square = (x: Code) => multiply(x, x);

const binary: Readonly<Record<BinarySymbol, Spelling>> = {
  "+": of(
    add as Spell,
    () => one,
    () => one,
  ),
  "-": of(
    subtract as Spell,
    () => one,
    () => negate(one),
  ),
  "*": of(
    multiply as Spell,
    (_, b) => b!,
    (a) => a!,
  ),
  "/": of(
    divide as Spell,
    (_, b) => divide(one, b!),
    (a, b) => divide(divide(negate(a!), b!), b!),
  ),
  "%": of(
    (a, b) => subtract(a!, multiply(b!, call("Math.floor", divide(a!, b!)))),
    () => one,
    (a, b) => negate(call("Math.floor", divide(a!, b!))),
  ),
  "^": of(
    raise as Spell,
    (a, b) => multiply(b!, raise(a!, less(b!))),
    (a, b) => multiply(raise(a!, b!), call("Math.log", a!)),
  ),
  "<": compared("<"),
  "<=": compared("<="),
  ">": compared(">"),
  ">=": compared(">="),
  "==": compared("==="),
  "!=": compared("!=="),
};

/** One less: of a number, the number. */
function less(a: Code): Code {
  const value = Number(a.text);
  return Number.isFinite(value)
    ? code(String(value - 1), value < 1 ? product : whole)
    : subtract(a, one);
}

const root = (x: Code) => call("Math.sqrt", x);

const spellings: Readonly<Record<string, Spelling>> = {
  abs: of(math("abs"), math("sign")),
  acos: of(math("acos"), (x) => divide(negate(one), root(subtract(one, square(x!))))),
  asin: of(math("asin"), (x) => divide(one, root(subtract(one, square(x!))))),
  atan: of(math("atan"), (x) => divide(one, add(one, square(x!)))),
  cbrt: of(math("cbrt"), (x) =>
    divide(one, multiply(code("3"), raise(call("Math.cbrt", x!), two))),
  ),
  clamp: of(
    (x, low, high) => call("Math.min", call("Math.max", x!, low!), high!),
    (x, low, high) =>
      call(
        "Number",
        code(
          `${inside(x!, sum!)} > ${inside(low!, sum!)} && ${inside(x!, sum!)} < ${inside(high!, sum!)}`,
        ),
      ),
    (x, low, high) =>
      call(
        "Number",
        code(
          `${inside(x!, sum!)} <= ${inside(low!, sum!)} && ${inside(low!, sum!)} < ${inside(high!, sum!)}`,
        ),
      ),
    (x, low, high) => compare(">=")(call("Math.max", x!, low!), high!),
  ),
  cos: of(math("cos"), (x) => negate(call("Math.sin", x!))),
  cosh: of(math("cosh"), math("sinh")),
  exp: of(math("exp"), math("exp")),
  expm1: of(math("expm1"), math("exp")),
  floor: of(math("floor"), none),
  log: of(math("log"), (x) => divide(one, x!)),
  log10: of(math("log10"), (x) => divide(code("Math.LOG10E"), x!)),
  log1p: of(math("log1p"), (x) => divide(one, add(one, x!))),
  log2: of(math("log2"), (x) => divide(code("Math.LOG2E"), x!)),
  max: of(math("max"), compare(">=") as Spell, compare("<") as Spell),
  min: of(math("min"), compare("<=") as Spell, compare(">") as Spell),
  sign: of(math("sign"), none),
  sin: of(math("sin"), math("cos")),
  sinh: of(math("sinh"), math("cosh")),
  sqrt: of(math("sqrt"), (x) => divide(code("0.5"), root(x!))),
  tan: of(math("tan"), (x) => divide(one, raise(call("Math.cos", x!), two))),
  tanh: of(math("tanh"), (x) => divide(one, raise(call("Math.cosh", x!), two))),
  where: of(
    (condition, a, b) => choose(condition!.text, a!.text, b!.text),
    none,
    (condition) => compare("!==")(condition!, zero),
    (condition) => compare("===")(condition!, zero),
  ),
};

/** What a formula may have and this file cannot write: nothing, as a test finds. */
export const unspelled: readonly string[] = [
  ...Object.keys(operators).filter((name) => !Object.hasOwn(binary, name)),
  ...Object.keys(functions).filter((name) => !Object.hasOwn(spellings, name)),
];

function valueCode(expression: Expression): Code {
  switch (expression.form) {
    case "number":
      return code(String(expression.value));
    case "name":
      return code(expression.name === "pi" ? "Math.PI" : expression.name);
    case "negation":
      return negate(valueCode(expression.operand));
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return links.reduce(
        (left, { symbol, right }) => binary[symbol].value(left, valueCode(right)),
        valueCode(first),
      );
    }
    case "call":
      return spellings[expression.callee]!.value(...expression.operands.map(valueCode));
  }
}

/** A value, and its derivative by a name. */
interface Differentiated {
  readonly value: Code;
  readonly slope: Code;
}

function differentiated(expression: Expression, name: string): Differentiated {
  switch (expression.form) {
    case "number":
      return { value: valueCode(expression), slope: zero };
    case "name":
      return { value: valueCode(expression), slope: expression.name === name ? one : zero };
    case "negation": {
      const { value, slope } = differentiated(expression.operand, name);
      return { value: negate(value), slope: slope === zero ? zero : negate(slope) };
    }
    case "binary": {
      const [first, links] = chainOf<Expression>(expression);
      return links.reduce(
        (left, { symbol, right }) => chained(binary[symbol], [left, differentiated(right, name)]),
        differentiated(first, name),
      );
    }
    case "call":
      return chained(
        spellings[expression.callee]!,
        expression.operands.map((each) => differentiated(each, name)),
      );
  }
}

/** The chain rule: a function of operands whose derivatives are known. */
function chained({ value, slopes }: Spelling, operands: readonly Differentiated[]): Differentiated {
  const values = operands.map((each) => each.value);
  const terms = operands.flatMap(({ slope }, i) => {
    const outer = slopes[i]!(...values);
    if (slope === zero || outer === zero) return [];
    if (slope === one) return [outer];
    return [outer === one ? slope : multiply(outer, slope)];
  });
  return { value: value(...values), slope: terms.length === 0 ? zero : terms.reduce(add) };
}

/** The text of the value. */
export const valueSource = (expression: Expression): string => valueCode(expression).text;

/** The text of the derivative by a name. */
export const slopeSource = (expression: Expression, name: string): string =>
  differentiated(expression, name).slope.text;
