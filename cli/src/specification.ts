/** Parses rules from the command line: `adam`, `sgd(momentum=0.9)`, `clipByGlobalNorm(1)+adamw+ema`. */
import { chain, type Definition, optimizers, type Rule, transforms } from "gradus";
import { didYouMean } from "../../src/suggest.ts";
import { UsageError } from "./errors.ts";

type Options = Readonly<Record<string, number | boolean>>;

/** A rule's name with the options that were given, as plain data that threads can exchange. */
export interface PartSpecification {
  readonly name: string;
  readonly options: Options;
}

/** A rule, or several joined by `+`. */
export interface RuleSpecification {
  /** The typed text, without spaces, and with `+` between rules. */
  readonly label: string;
  readonly parts: readonly PartSpecification[];
}

/** Any rule's factory. It checks its options itself, which are typed text here. */
interface AnyFactory {
  (options: never): Rule;
  readonly definition: Definition;
}

type Registry = Readonly<Record<string, AnyFactory>>;

const factories: Registry = { ...optimizers, ...transforms };

/** The factory of an optimizer or a transform. */
export function factoryOf(name: string): AnyFactory {
  if (!Object.hasOwn(factories, name)) {
    const suggestion = didYouMean(name, Object.keys(factories));
    throw new UsageError(
      `there is no optimizer or transform \`${name}\`${suggestion || "; `gradus list` shows them all"}`,
    );
  }
  return factories[name]!;
}

/** Splits at separators outside parentheses. */
export function splitOutside(text: string, separators: string): string[] {
  const pieces = [""];
  let depth = 0;
  for (const character of text) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (depth === 0 && separators.includes(character)) pieces.push("");
    else pieces[pieces.length - 1] += character;
  }
  return pieces.map((piece) => piece.trim());
}

/** Parses a number or a boolean. */
export function parseHyper(name: string, text: string): number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) {
    throw new UsageError(`\`${name}\` must be a number, true or false, not "${text}"`);
  }
  return value;
}

function parseOption(name: string, text: string): readonly [string, number | boolean] {
  const at = text.indexOf("=");
  if (at >= 0) {
    const option = text.slice(0, at).trim();
    return [option, parseHyper(option, text.slice(at + 1).trim())];
  }
  const { definition } = factoryOf(name);
  if (text in definition.hyper) return [text, true];
  if (definition.argument !== undefined) {
    return [definition.argument, parseHyper(definition.argument, text)];
  }
  throw new UsageError(`${name}(${text}): options are written as name=value`);
}

function parsePart(text: string): PartSpecification {
  const match = /^([\w-]+)(?:\(([^()]*)\))?$/.exec(text);
  if (match === null) {
    throw new UsageError(`"${text}" is not a rule; write a name, or name(option=value, ...)`);
  }
  const [, name, list = ""] = match;
  const factory = factoryOf(name!);
  const options = list.split(",").filter((option) => option.trim() !== "");
  const part = {
    name: name!,
    options: Object.fromEntries(options.map((option) => parseOption(name!, option.trim()))),
  };
  factory(part.options as never);
  return part;
}

/**
 * Parses a rule, or a chain of rules joined by `+`. Since a list is not expected here, a comma means the same.
 * @throws {UsageError} if a name is unknown
 * @throws {HyperparameterError} if an option is not valid
 */
export function parseRule(text: string): RuleSpecification {
  const pieces = splitOutside(text, "+,");
  return { label: pieces.join("+").replace(/\s+/g, ""), parts: pieces.map(parsePart) };
}

/** A list of rules: `sgd,adam(beta2=0.99)`. */
export function parseRules(text: string): RuleSpecification[] {
  const rules = splitOutside(text, ",")
    .filter((piece) => piece !== "")
    .map((piece) => parseRule(piece));
  if (rules.length === 0) throw new UsageError("--optimizers: the list is empty");
  const labels = rules.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new UsageError(`--optimizers: ${twice} is listed twice`);
  return rules;
}

/** The last optimizer of a chain: a comparison sets its learning rate. */
export function optimizerOf({ label, parts }: RuleSpecification): PartSpecification {
  const last = parts.findLast(({ name }) => Object.hasOwn(optimizers, name));
  if (last === undefined) {
    throw new UsageError(
      `${label} changes no parameter; join it with an optimizer by +, as in ${label}+adam`,
    );
  }
  return last;
}

/** The rules of a library. A task's own copy of the library has its own rules. */
export interface RuleLibrary {
  readonly optimizers: Registry;
  readonly transforms: Registry;
  readonly chain: (...rules: readonly Rule[]) => Rule;
}

export const ownLibrary: RuleLibrary = { optimizers, transforms, chain };

/** The rule of a specification, with its optimizer's learning rate if one is given. */
export function makeRule(
  specification: RuleSpecification,
  lr?: number | ((step: number) => number),
  library: RuleLibrary = ownLibrary,
): Rule {
  const rated = lr === undefined ? undefined : optimizerOf(specification);
  const rules = specification.parts.map((part) => {
    const factory = library.optimizers[part.name] ?? library.transforms[part.name]!;
    const options = part === rated ? { ...part.options, lr } : part.options;
    return factory(options as never);
  });
  return library.chain(...rules);
}
