/** One optimizer of a race as a program of its own, which anybody can run. */
import type { Entry, RuleEntry, State } from "../state.ts";
import { slopeSource, valueSource } from "./source.ts";
import { surfaceExpression, surfaceFacts } from "./surface.ts";

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

/** A program that makes the steps of an entry and prints where they led, in TypeScript. */
export function programOf(state: State, entry: Entry): string {
  const { ground, seed, steps } = state;
  const expression = surfaceExpression(surfaceFacts(ground).formula);
  const own = entry.kind === "rule";
  const names = [own ? "defineOptimizer" : entry.name, "optimize", "parameters"];
  const rule = own ? `${variableOf(entry)}()` : `${entry.name}(${optionsOf(entry.options)})`;
  const noisy = ground.noise > 0;
  const slope = (name: string) =>
    slopeSource(expression, name) + (noisy ? ` + ${ground.noise} * random.normal()` : "");
  const lines = [
    `import { ${names.join(", ")} } from "gradus";`,
    noisy && `import { createRandom } from "gradus/tasks";`,
    "",
    own && `${definitionSource(entry)}\n`,
    `const value = (x: number, y: number): number => ${valueSource(expression)};`,
    noisy && `const random = createRandom(${seed});`,
    `const gradient = (x: number, y: number): number[] => [\n  ${slope("x")},\n  ${slope("y")},\n];`,
    "",
    `const { p } = parameters({ p: [2] }, { type: "float64" });`,
    `p.data.set([${ground.start.join(", ")}]);`,
    `const optimizer = optimize({ p }, ${rule}, { nonFinite: "allow", seed: ${seed} });`,
    `for (let step = 1; step <= ${steps}; step++) {`,
    "  const [x, y] = [p.data[0]!, p.data[1]!];",
    "  optimizer.step({ p: gradient(x, y) }, { loss: value(x, y) });",
    "}",
    "const [x, y] = optimizer.evaluate(() => [p.data[0]!, p.data[1]!]);",
    "console.log({ x, y, value: value(x!, y!) });",
    "optimizer.dispose();",
    "",
  ];
  return lines.filter((line) => line !== false).join("\n");
}
