/**
 * Does at build time what users would otherwise pay for. Optimizers that have few different programs ship these programs, so that
 * bundles with only such optimizers do not contain the rule language. All other rules bring only the parts that they need.
 * Part of `npm run build`. tests/package.test.ts compares the package with the sources.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { assembleShared } from "../src/compilers/wasm/compiler.ts";
import { optimizers } from "../src/optimizers/index.ts";
import type { Definition, HyperValue, Part, Rule, RuleFactory } from "../src/rule/definition.ts";
import { defaultHyper } from "../src/rule/hyper.ts";
import { isLibrary } from "../src/rule/language/library.ts";
import { formOf, type Programs, precompiledPlanner } from "../src/rule/planning/precompiled.ts";
import { textPlanner } from "../src/rule/planning/prepare.ts";
import { type ProgramData, Serializer } from "../src/rule/planning/serialize.ts";
import { rangeOf } from "../src/rule/ranges.ts";
import { transforms } from "../src/transforms/index.ts";
import { needsOf } from "./needs.ts";

/** More programs would add more to a bundle than they save. */
const mostPrograms = 6;

/** Arbitrary numbers: if one of them makes another program, all must make the same one. */
const numbers = [0.37, -1, 0.999, 1, 2, 1000] as const;
const schedule = (): number => 0;

type Hyper = RuleFactory["definition"]["hyper"];
type Chosen = ReadonlyMap<string, HyperValue>;

/** The tried values of an option, its default first. If a number is 0 by default, 0 may decide something. */
const choicesOf = (value: HyperValue): readonly HyperValue[] =>
  typeof value === "boolean"
    ? [value, !value]
    : value === 0
      ? [0, numbers[0], schedule]
      : [schedule];

/** All combinations of options, the defaults first. Other options than these are schedules, which may take any value. */
function combinations(hyper: Hyper, options: readonly string[]): Chosen[] {
  const others = Object.keys(hyper).filter((name) => !options.includes(name));
  const first = new Map(others.map((name) => [name, schedule as HyperValue]));
  return options.reduce<Chosen[]>(
    (known, name) =>
      known.flatMap((each) =>
        choicesOf(hyper[name]!).map((choice) => new Map(each).set(name, choice)),
      ),
    [first],
  );
}

/** The programs with and without the check of gradients; undefined if they cannot be serialized. */
function pairOf(
  rule: Rule,
  chosen: Chosen,
  serializer: Serializer,
): readonly [ProgramData, ProgramData] | undefined {
  const [{ name, definition }] = rule.parts as [Part];
  const hyper = new Map([...chosen].map(([option, value]) => [`${name}.${option}`, value]));
  // With any storage of the states.
  const states = Object.keys(definition.state ?? {}).map((state) => `${name}.${state}`);
  const [guarded, unguarded] = [true, false].map((guard) =>
    serializer.add(textPlanner.step(rule, hyper, guard, true, states)),
  );
  return guarded && unguarded && [guarded, unguarded];
}

function textOf(rule: Rule, chosen: Chosen): string | undefined {
  const serializer = new Serializer();
  const pair = pairOf(rule, chosen, serializer);
  return pair && JSON.stringify([serializer.nodes, pair]);
}

/** The work of programs on elements; their scalar arguments cost nothing. */
function workOf(rule: Rule, chosen: Chosen): string {
  const works = pairOf(rule, chosen, new Serializer())?.map(({ slots, passes }) => [
    slots,
    passes.map(({ loads, compute, stores }) => [loads.length, compute.length, stores.length]),
  ]);
  return JSON.stringify(works);
}

const withOption = (chosen: Chosen, name: string, value: HyperValue): Chosen =>
  new Map(chosen).set(name, value);

/** The options that are 0 by default and decide something, for any booleans. */
function zerosAmong({ hyper }: Definition, rule: Rule): string[] {
  const names = Object.keys(hyper);
  const switches = names.filter((name) => typeof hyper[name] === "boolean");
  const zeros = names.filter((name) => hyper[name] === 0);
  const bases = combinations(hyper, switches).flatMap((base) => [
    base,
    new Map([...base, ...zeros.map((name) => [name, 0] as const)]),
  ]);
  return zeros.filter((name) =>
    bases.some((base) => {
      const works = choicesOf(0).map((value) => workOf(rule, withOption(base, name, value)));
      return new Set(works).size > 1;
    }),
  );
}

/** The same choice with schedules for all numbers that decide nothing about elements: its program works for any value. */
function generalized(rule: Rule, chosen: Chosen): Chosen {
  const work = workOf(rule, chosen);
  return [...chosen].reduce((known, [name, value]) => {
    const general = withOption(known, name, schedule);
    return typeof value === "number" && workOf(rule, general) === work ? general : known;
  }, chosen);
}

/** Whether other numbers make the same programs as the number that stands for them, and no shorter programs than a schedule. */
function standForAll({ hyper, ranges = {} }: Definition, rule: Rule, chosen: Chosen): boolean {
  const [text, work] = [textOf(rule, chosen), workOf(rule, chosen)];
  return [...chosen].every(([name, value]) => {
    const others = numbers.filter(rangeOf(ranges[name]).has);
    if (value === numbers[0]) {
      return others.every((other) => textOf(rule, withOption(chosen, name, other)) === text);
    }
    return (
      hyper[name] === 0 ||
      typeof value !== "function" ||
      others.every((other) => workOf(rule, withOption(chosen, name, other)) === work)
    );
  });
}

/** The options whose value alone changes the program. */
function decidingAmong(options: readonly string[], made: ReadonlyMap<Chosen, string>): string[] {
  return options.filter((option) => {
    const known = new Map<string, string>();
    return [...made].some(([chosen, text]) => {
      const rest = [...chosen].map(([name, value]) => (name === option ? "" : formOf(value)));
      const before = known.get(rest.join()) ?? text;
      known.set(rest.join(), before);
      return before !== text;
    });
  });
}

/** The programs to ship; undefined if there are too many, or if options of its state change them. */
export function programsOf(factory: RuleFactory): Programs | undefined {
  const { definition } = factory;
  const rule = factory();
  const starts = Object.values(definition.state ?? {});
  if (starts.some((each) => each !== 0) || textPlanner.asksForMatrix(rule)) return undefined;
  const { hyper } = definition;
  const switches = Object.keys(hyper).filter((name) => typeof hyper[name] === "boolean");
  if (textOf(rule, combinations(hyper, switches)[0]!) === undefined) return undefined;
  const undecided = [...switches, ...zerosAmong(definition, rule)];
  const made = new Map<Chosen, string>();
  const generals = new Map<string, Chosen>();
  for (const chosen of combinations(hyper, undecided)) {
    const general = generalized(rule, chosen);
    const text = textOf(rule, general);
    if (text === undefined || !standForAll(definition, rule, general)) return undefined;
    made.set(chosen, text);
    generals.set(text, general);
  }
  const texts = [...new Set(made.values())];
  if (texts.length > mostPrograms) return undefined;
  const serializer = new Serializer();
  const programs = texts.flatMap((text) => pairOf(rule, generals.get(text)!, serializer)!);
  const options = decidingAmong(undecided, made);
  const others: Record<string, number> = {};
  for (const [chosen, text] of made) {
    const index = texts.indexOf(text);
    if (index > 0) others[options.map((name) => formOf(chosen.get(name))).join()] = index;
  }
  const { nodes } = serializer;
  return { nodes, programs, ...(options.length > 0 && { options, others }) };
}

const all: Readonly<Record<string, Readonly<Record<string, RuleFactory>>>> = {
  optimizers: optimizers as never,
  transforms: transforms as never,
};

/** Whether the host computes exponentials other than powers with an age as exponent, which is a whole number. */
const hasExponentials = ({ nodes }: Programs): boolean =>
  nodes.some((node) => {
    const [form, , exponent] = node as readonly [string, unknown?, number?];
    const age = nodes[exponent ?? -1]?.[1];
    return isLibrary(form) && !(form === "power" && (age === "t" || age === "sharedAge"));
  });

/** As JavaScript source: with unquoted names, and the numbers that JSON lacks. */
const literalOf = (value: unknown, space?: number): string =>
  JSON.stringify(
    value,
    (_, each) => (typeof each === "number" && !Number.isFinite(each) ? `number ${each}` : each),
    space,
  )
    .replace(/"(\w+)":/g, "$1:")
    .replace(/"number (-?Infinity|NaN)"/g, "$1");

/** A definition on several lines, for readers of the package. */
function definitionOf({ rule, ...rest }: Definition): string {
  const text = /[`\\$]/.test(rule) ? JSON.stringify(rule) : `\`${rule}\``;
  return literalOf(rest, 2).replace(/\n\}$/, `,\n  rule: ${text}\n}`);
}

/** The module of an optimizer or a transform in the package. */
function moduleOf(kind: string, factory: RuleFactory): string {
  const { role, definition } = factory;
  const { name } = definition;
  const programs = kind === "optimizers" ? programsOf(factory) : undefined;
  const needs = [
    ...needsOf(role, definition),
    ...(programs && hasExponentials(programs) ? ["provideExponentials"] : []),
  ];
  const [maker, module] = programs
    ? ["precompiled", "../rule/planning/precompiled.js"]
    : ["ruleWith", "../builtIn.js"];
  const words = [
    `"${role}"`,
    definitionOf(definition),
    ...(programs
      ? [`() => (${literalOf(programs)})`, literalOf(textPlanner.learningRate(factory()))]
      : []),
    ...needs,
  ];
  return [
    `// Made by scripts/precompile.ts of src/${kind}/${name}.ts.`,
    `import { ${maker} } from "${module}";`,
    ...needs.map((need) => `import { ${need} } from "../features.js";`),
    `export const ${name} = /* @__PURE__ */ ${maker}(${words.join(", ")});`,
    "",
  ].join("\n");
}

/** @param dist the folder of the build */
export function precompile(dist: string): void {
  for (const [kind, factories] of Object.entries(all)) {
    for (const factory of Object.values(factories)) {
      const path = join(dist, kind, `${factory.definition.name}.js`);
      writeFileSync(path, moduleOf(kind, factory));
    }
  }
}

/**
 * The package's entry for Node. For each optimizer with precompiled programs it contains the compiled module that most users
 * bind, for
 * shared memory. To generate it takes most of the time of a first binding; bundles for pages are better without its bytes.
 * @param registry the name under which `gradus.js` exports the map of modules
 */
export function faceForNode(registry: string): string {
  const entries = Object.entries(optimizers) as unknown as [string, RuleFactory][];
  const modules = entries.flatMap(([name, factory]) => {
    const programs = programsOf(factory);
    if (programs === undefined) return [];
    const planner = precompiledPlanner(name, () => programs, "");
    const program = planner.step(factory(), defaultHyper(factory()), true, true);
    return [[name, Buffer.from(assembleShared(program)).toString("base64")] as const];
  });
  // They are so similar that together they compress to a fifth.
  const packed = deflateRawSync(JSON.stringify(Object.fromEntries(modules)), { level: 9 });
  return `import { inflateRawSync } from "node:zlib";
import { ${registry} as modules } from "./gradus.js";

// WebAssembly, made by scripts/precompile.ts: unpacked when the first is asked for.
const packed = "${packed.toString("base64")}";
let unpacked;
for (const name of ${JSON.stringify(modules.map(([name]) => name))}) {
  modules.set(name, (key) => {
    if (key !== "float32true") return undefined;
    unpacked ??= JSON.parse(inflateRawSync(Buffer.from(packed, "base64")));
    return Buffer.from(unpacked[name], "base64");
  });
}

export * from "./index.js";
`;
}
