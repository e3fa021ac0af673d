/** Hints for people who write a rule as in JavaScript, or with another library's names. */
import { RuleError, type Span } from "../errors.ts";
import { functions } from "./functions.ts";

interface Habit {
  readonly pattern: RegExp;
  readonly hint: (...groups: string[]) => string;
}

/** For functions of other languages: the function's name in a rule, or how a rule expresses it. */
const otherCalls: Readonly<Record<string, string>> = {
  pow: "a ^ b",
  power: "a ^ b",
  square: "x^2",
  reciprocal: "1 / x",
  ceil: "-floor(-x)",
  round: "floor(x + 0.5)",
  hypot: "sqrt(x^2 + y^2)",
  tanh: "1 - 2 / (exp(2 * x) + 1)",
  sigmoid: "1 / (1 + exp(-x))",
  maximum: "max(a, b)",
  minimum: "min(a, b)",
  clip: "clamp(x, low, high)",
  average: "mean(x)",
  dot: "sum(a * b)",
  random: "randomUniform()",
  PI: "3.141592653589793",
};

/** For names of other libraries: the name in a rule. */
const otherNames: Readonly<Record<string, string>> = {
  grad: "g",
  grads: "g",
  gradient: "g",
  gradients: "g",
  param: "p",
  params: "p",
  parameter: "p",
  weight: "p",
  weights: "p",
  theta: "p",
  update: "u",
  updates: "u",
  direction: "u",
  step: "t",
  iteration: "t",
};

const lookUp = (words: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

/** `; write ...` for a function that a rule has under another name or expresses differently; otherwise empty. */
export function otherCall(callee: string): string {
  const written = lookUp(otherCalls, callee);
  return written === undefined ? "" : `; write \`${written}\``;
}

/** The same for a name, if the rule's name for it is known here. */
export function otherName(name: string, isKnown: (name: string) => boolean): string {
  const written = lookUp(otherNames, name.toLowerCase());
  return written === undefined || !isKnown(written) ? "" : `; a rule calls it \`${written}\``;
}

function memberHint(object: string, member: string): string {
  if (Object.hasOwn(functions, member)) {
    return `functions in a rule belong to no object: write \`${member}\` without \`${object}.\``;
  }
  const written = lookUp(otherCalls, member);
  return written === undefined
    ? "names in a rule have no dot: write the plain name of the function, option or state"
    : `there is no \`${object}.${member}\` in a rule: write \`${written}\``;
}

const habits: readonly Habit[] = [
  { pattern: /\/\/|\/\*/g, hint: () => "a comment starts with `#`" },
  {
    pattern: /\b([A-Za-z_]\w*)\s*(\*\*|[-+*/%^])=/g,
    hint: (name, operator) =>
      `there is no \`${operator}=\`: write \`${name} = ${name} ${operator === "**" ? "^" : operator} ...\``,
  },
  {
    pattern: /\b([A-Za-z_]\w*)\s*(\+|-)\2/g,
    hint: (name, sign) => `there is no \`${sign}${sign}\`: write \`${name} = ${name} ${sign} 1\``,
  },
  { pattern: /\*\*/g, hint: () => "a power is `a ^ b`, not `a ** b`" },
  {
    pattern: /\b(let|const|var)\s+(?:([A-Za-z_]\w*)|\S)/g,
    hint: (word, name) =>
      `a rule has no declarations: write \`${name ?? "name"} = ...\` without \`${word}\``,
  },
  {
    pattern: /\breturn\b\s*/g,
    hint: () => "a rule has no `return`: write `u = ...` for the direction, or assign `p`",
  },
  {
    pattern: /\b(if|else|for|while|switch)\b\s*/g,
    hint: (word) => `a rule has no \`${word}\`: write \`name = where(condition, a, b)\``,
  },
  {
    pattern: /\bfunction\b\s*|=>/g,
    hint: () => "a rule cannot define functions: write each value as a line `name = ...`",
  },
  { pattern: /\?/g, hint: () => "there is no `? :`: write `where(condition, a, b)`" },
  {
    pattern: /&&?|\band\b/g,
    hint: () => "to combine conditions, nest `where`: write `where(a, where(b, x, y), y)`",
  },
  {
    pattern: /\|\|?|\bor\b/g,
    hint: () => "to combine conditions, nest `where`: write `where(a, x, where(b, x, y))`",
  },
  { pattern: /([=!])==/g, hint: (sign) => `write \`${sign}=\`, with one \`=\` less` },
  {
    pattern: /!(?!=)|\bnot\b/g,
    hint: () => "to negate a condition, swap the values: write `where(condition, b, a)`",
  },
  { pattern: /\b([A-Za-z_]\w*)\.([A-Za-z_]\w*)/g, hint: memberHint },
  { pattern: /[{}]/g, hint: () => "a rule has no blocks: write one `name = expression` a line" },
  {
    pattern: /[[\]]/g,
    hint: () => "a rule has no indices: `g`, `p` and state stand for all their elements at once",
  },
  {
    pattern: /\([^()\n]*;\s*/g,
    hint: () => "`;` ends a line: write `,` between a function's operands",
  },
];

/** The hint for a place of a text, if a habit explains the mistake there, and the range to underline. */
function habitAt(text: string, position: number): { hint: string; span: Span } | undefined {
  const lineStart = text.lastIndexOf("\n", position - 1) + 1;
  const [line] = text.slice(lineStart).split("\n", 1);
  const column = position - lineStart;
  for (const { pattern, hint } of habits) {
    for (const match of line!.matchAll(pattern)) {
      if (match.index <= column && column <= match.index + match[0].length) {
        const start = lineStart + match.index;
        const span = { start, end: start + match[0].trimEnd().length };
        return { hint: hint(...match.slice(1)), span };
      }
    }
  }
  return undefined;
}

/** The error for a text that cannot be parsed: a hint if a habit explains the mistake; otherwise the problem. */
export function mistake(rule: string, problem: string, text: string, span: Span): RuleError {
  const habit = habitAt(text, span.start);
  return new RuleError(rule, habit?.hint ?? problem, text, habit?.span ?? span);
}
