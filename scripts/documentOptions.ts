/**
 * Adds a comment to every option of an optimizer or a transform in the built declarations: its meaning from the definition's own
 * comment, its range and its default. Editors show it where the option is written. The text is removed from the definition's
 * comment.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleFactory } from "../src/rule/definition.ts";

/** The paragraph of a comment about options, to the end of its first sentence. */
function paragraphOf(declaration: string): string {
  const text = /\* Options: ([\s\S]*?)(?:\n \* (?:Ranges|State):|\n \*\n)/.exec(declaration)?.[1];
  return (text ?? "").replace(/\s*\n \* /g, " ").replace(/\.( [A-Z].*)?$/, "");
}

const paragraphs =
  /\n \* Options: ([\s\S]*?)(?:\n \* Ranges: [\s\S]*?)?(?=\n \* State:|\n \*\n|\n \*\/)/;

/** Removes the texts that the options' own comments repeat; the rest of the paragraph stays. */
export const withoutParagraph = (declaration: string): string =>
  declaration.replace(paragraphs, (_, text: string) => {
    const [, more] = /\. ([A-Z].*)$/.exec(text.replace(/\s*\n \* /g, " ")) ?? [];
    return more === undefined ? "" : `\n * ${more}`;
  });

const value = String.raw`-?(?:[\d.]+(?:e-?\d+)?|Infinity)|true|false`;
/** Parentheses that begin with the default; those of formulas have no space before them. */
const withDefault = new RegExp(
  String.raw`\s\((?:default )?((?:${value})(?=[;:,)]| and )(?:[^()]|\(\))*)\)`,
);
/** The contents of such parentheses that the option's comment repeats. */
const said = new RegExp(
  String.raw`^(?:${value})(?: and (?:${value}))?$|^a bare number(?: or a \S+)? sets it$`,
);

/** A clause without its default and without the conjunction before the next clause. */
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

/** The words of the comment about each option, if there are any. */
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
    // In "`a` and `b`, ends of the range", or "`a` (1), `b` (2) as in `adam`", both options share the words.
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

/** The documentation of an option. */
export interface OptionNotes {
  readonly name: string;
  readonly type: "boolean" | "number | Schedule";
  /** The meaning as a sentence with a space after it; "" if there is none. */
  readonly meaning: string;
  /** `[0, 1)`, or `whole [1, inf)`. Undefined for a boolean. */
  readonly range: string | undefined;
  readonly default: string;
  /** Whether a plain number instead of the options object sets it. */
  readonly isBare: boolean;
}

/** The comment of one option. */
function commentOf({ type, meaning, range, default: usual, isBare }: OptionNotes): string {
  const [, whole, interval] = /^(whole )?(.*)$/.exec(range ?? "")!;
  const kind =
    type === "boolean" ? "True or false" : `A ${whole ?? ""}number in ${interval}, or a schedule`;
  return `/** ${meaning}${kind}; default ${usual}.${isBare ? " A bare number sets it." : ""} */`;
}

/** The definition that has the words, if they are "as in `adam`". */
const elsewhere = (words: string): string | undefined => /^as in `(\w+)`$/.exec(words)?.[1];

/** The options in the compiler's output, the last argument of a factory's type. */
const mappedType = /import\("[./]+index\.ts"\)\.HyperOptions<\{[^}]*\}>>;/;

export type Factories = Readonly<Record<string, RuleFactory>>;

/**
 * The documentation of a definition's options, by the definition's name.
 *
 * @param textOf gives the declaration of a definition with its comment
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
 * A declaration with comments on the options. Their types are written out, because some editors show no comments of mapped types.
 */
export function withComments(declaration: string, options: readonly OptionNotes[]): string {
  if (options.length === 0) return declaration;
  const lines = options.map(
    (option) => `    ${commentOf(option)}\n    readonly ${option.name}?: ${option.type};`,
  );
  const written = withoutParagraph(declaration).replace(mappedType, `{\n${lines.join("\n")}\n}>;`);
  return `import type { Schedule } from "../index.ts";\n${written}`;
}

/** @param folder of the build, such as `.build/optimizers` */
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
