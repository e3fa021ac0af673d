/**
 * Gives every option of an optimizer or a transform a comment in the built declarations: its meaning, from the words
 * of the definition's own comment, its range and its default. Editors show it where the option is written; the definition's
 * comment goes without.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleFactory } from "../src/rule/definition.ts";

/** The words of a comment's paragraph on options, to the end of its first sentence. */
function paragraphOf(declaration: string): string {
  const text = /\* Options: ([\s\S]*?)(?:\n \* (?:Ranges|State):|\n \*\n)/.exec(declaration)?.[1];
  return (text ?? "").replace(/\s*\n \* /g, " ").replace(/\.( [A-Z].*)?$/, "");
}

const paragraphs =
  /\n \* Options: ([\s\S]*?)(?:\n \* Ranges: [\s\S]*?)?(?=\n \* State:|\n \*\n|\n \*\/)/;

/** A declaration without what the comments on its options say; what else the paragraph says stays. */
export const withoutParagraph = (declaration: string): string =>
  declaration.replace(paragraphs, (_, text: string) => {
    const [, more] = /\. ([A-Z].*)$/.exec(text.replace(/\s*\n \* /g, " ")) ?? [];
    return more === undefined ? "" : `\n * ${more}`;
  });

const value = String.raw`-?(?:[\d.]+(?:e-?\d+)?|Infinity)|true|false`;
/** Parentheses that begin with the default; those of mathematics have no space before them. */
const withDefault = new RegExp(
  String.raw`\s\((?:default )?((?:${value})(?=[;:,)]| and )(?:[^()]|\(\))*)\)`,
);
/** What such parentheses may have that the comment says itself. */
const said = new RegExp(
  String.raw`^(?:${value})(?: and (?:${value}))?$|^a bare number(?: or a \S+)? sets it$`,
);

/** A clause without its default and what joins it to the next one. */
function tidied(clause: string): string {
  const plain = clause.replace(withDefault, (_, inside: string) => {
    const pieces = inside.replace(new RegExp(`^(?:${value}), `), "").split("; ");
    const rest = pieces.filter((piece) => !said.test(piece));
    return rest.length === 0 ? "" : ` (${rest.join("; ")})`;
  });
  return plain
    .replace(/^, /, "")
    .replace(/(?:[,;\s]|\band\b|\bwhich\b)+$/, "")
    .trim();
}

/** What the comment says of each option, where it says something. */
function wordsOf(paragraph: string, names: readonly string[]): Map<string, string> {
  const places = names
    .map((name) => ({ name, at: paragraph.indexOf(`\`${name}\``) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  const words = new Map<string, string>();
  let following = "";
  for (const [index, { name, at }] of [...places.entries()].toReversed()) {
    const clause = paragraph.slice(at + name.length + 2, places[index + 1]?.at);
    const own = tidied(clause);
    // Of "`a` and `b`, ends of the range", or "`a` (1), `b` (2) as in `adam`", the words are those of both.
    const shares = !withDefault.test(clause) || /^(?:as in|of) /.test(following);
    following = own !== "" ? own : shares ? following : "";
    words.set(name, following);
  }
  return words;
}

/** Numbers as the comments write them: 1e-6 rather than 0.000001. */
const written = (usual: number | boolean): string =>
  typeof usual === "number" && usual !== 0 && Math.abs(usual) < 1e-3
    ? usual.toExponential().replace("e+", "e")
    : String(usual);

const sentence = (text: string): string =>
  text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}. `;

/** What users are told of an option. */
export interface OptionNotes {
  readonly name: string;
  readonly type: "boolean" | "number | Schedule";
  /** What it means, as a sentence with a space behind it; "" where nothing is said. */
  readonly meaning: string;
  /** `[0, 1)`, or `whole [1, inf)`. Undefined for a switch. */
  readonly range: string | undefined;
  readonly default: string;
  /** Whether a bare number in place of options sets it. */
  readonly isBare: boolean;
}

/** The comment of one option. */
function commentOf({ type, meaning, range, default: usual, isBare }: OptionNotes): string {
  const [, whole, interval] = /^(whole )?(.*)$/.exec(range ?? "")!;
  const kind =
    type === "boolean" ? "True or false" : `A ${whole ?? ""}number in ${interval}, or a schedule`;
  return `/** ${meaning}${kind}; default ${usual}.${isBare ? " A bare number sets it." : ""} */`;
}

/** The definition that has the words, where they are "as in `adam`". */
const elsewhere = (words: string): string | undefined => /^as in `(\w+)`$/.exec(words)?.[1];

/** The options as the compiler writes them, the last argument of a factory's type. */
const mappedType = /import\("[./]+index\.ts"\)\.HyperOptions<\{[^}]*\}>>;/;

export type Factories = Readonly<Record<string, RuleFactory>>;

/**
 * What users are told of a definition's options, by the definition's name.
 *
 * @param textOf the declaration of a definition with its comment
 */
export function describeOptions(
  factories: Factories,
  textOf: (name: string) => string,
): (name: string) => readonly OptionNotes[] {
  const wordsIn = (name: string) =>
    wordsOf(paragraphOf(textOf(name)), Object.keys(factories[name]!.definition.hyper));
  return (definitionName) => {
    const { definition } = factories[definitionName]!;
    const words = wordsIn(definitionName);
    return Object.entries(definition.hyper).map(([name, usual]): OptionNotes => {
      let own = words.get(name) ?? "";
      for (let other = elsewhere(own); other !== undefined; other = elsewhere(own)) {
        own = wordsIn(other).get(name)!;
      }
      return {
        name,
        type: typeof usual === "boolean" ? "boolean" : "number | Schedule",
        meaning: sentence(own),
        range: (definition.ranges as Readonly<Record<string, string>> | undefined)?.[name],
        default: written(usual),
        isBare: definition.argument === name,
      };
    });
  };
}

/**
 * A declaration with comments on the options, and with their types written out: of a mapped type some editors show none.
 */
export function withComments(declaration: string, options: readonly OptionNotes[]): string {
  if (options.length === 0) return declaration;
  const lines = options.map(
    (option) => `    ${commentOf(option)}\n    readonly ${option.name}?: ${option.type};`,
  );
  const written = withoutParagraph(declaration).replace(mappedType, `{\n${lines.join("\n")}\n}>;`);
  return `import type { Schedule } from "../index.ts";\n${written}`;
}

/** @param folder of what was built, such as `.build/optimizers` */
export function documentOptions(folder: string, factories: Factories): void {
  const pathOf = (name: string) => join(folder, `${name}.d.ts`);
  const texts = new Map(
    Object.keys(factories).map((name) => [name, readFileSync(pathOf(name), "utf8")]),
  );
  const optionsOf = describeOptions(factories, (name) => texts.get(name)!);
  for (const [name, text] of texts) {
    writeFileSync(pathOf(name), withComments(text, optionsOf(name)));
  }
}
