/** An optimizer of a race as it stands in a program. */
import type { Entry, RuleEntry } from "../state.ts";

export interface EntrySource {
  /** What of `gradus` its rule is made with. */
  readonly maker: string;
  /** What stands before it is used. */
  readonly definition: string | undefined;
  /** The expression that is its rule. */
  readonly rule: string;
}

const literal = (text: string): string =>
  `\`${text.replaceAll(/[\\`]|\$\{/g, (each) => `\\${each}`)}\``;

const shown = (value: number | boolean | string): string =>
  typeof value === "string" ? JSON.stringify(value) : String(value);

/** `{ lr: 0.1 }` */
const objectOf = (members: readonly (readonly [string, string])[]): string =>
  members.length === 0
    ? "{}"
    : `{ ${members.map(([name, text]) => `${name}: ${text}`).join(", ")} }`;

const optionsOf = (options: Readonly<Record<string, number | boolean | string>>): string =>
  objectOf(Object.entries(options).map(([name, value]) => [name, shown(value)]));

/** The lines of `defineOptimizer`. */
function definitionSource(entry: RuleEntry): string {
  const states = Object.entries(entry.state).map(([name, { kind, initial }]) => {
    const text = shown(initial);
    return [name, kind === "element" ? text : `{ kind: "${kind}", initial: ${text} }`] as const;
  });
  const lines = entry.rule
    .trim()
    .split("\n")
    .map((line) => `    ${line.trim()}`);
  return [
    `const ${variableOf(entry)} = defineOptimizer({`,
    `  name: ${JSON.stringify(entry.name)},`,
    `  hyper: ${optionsOf(entry.hyper)},`,
    Object.keys(entry.ranges).length > 0 && `  ranges: ${optionsOf(entry.ranges)},`,
    states.length > 0 && `  state: ${objectOf(states)},`,
    `  rule: ${literal(`\n${lines.join("\n")}\n  `)},`,
    entry.evaluation !== undefined && `  evaluation: ${literal(entry.evaluation)},`,
    "});",
  ]
    .filter((line) => line !== false)
    .join("\n");
}

/** A name that a program can have: `myAdam` for `my-adam`. */
function variableOf({ name }: RuleEntry): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const own = words[0] === "my" ? words : ["my", ...words];
  const [first, ...others] = own.map((word) => word[0]!.toUpperCase() + word.slice(1));
  return [first!.replace("M", "m"), ...others].join("");
}

export function entrySource(entry: Entry): EntrySource {
  const own = entry.kind === "rule";
  return {
    maker: own ? "defineOptimizer" : entry.name,
    definition: own ? definitionSource(entry) : undefined,
    rule: own ? `${variableOf(entry)}()` : `${entry.name}(${optionsOf(entry.options)})`,
  };
}
