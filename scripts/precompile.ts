/**
 * Spares users what can be done when the package is built. Optimizers whose programs few choices decide are replaced by
 * these, so that bundles which use no others leave the rule language out; what else defines a rule brings along what that rule
 * needs to run, instead of what any may. Part of `npm run build`; what the package then does is compared with the source in
 * tests/package.test.ts.
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

/** More would weigh more in a bundle than they spare it. */
const mostPrograms = 6;

/** Numbers of no meaning: whatever one of them decides, all must. */
const numbers = [0.37, -1, 0.999, 1, 2, 1000] as const;
const schedule = (): number => 0;

type Hyper = RuleFactory["definition"]["hyper"];
type Chosen = ReadonlyMap<string, HyperValue>;

/** What an option may be, its default first: of a number that is 0 by default, 0 may decide something. */
const choicesOf = (value: HyperValue): readonly HyperValue[] =>
  typeof value === "boolean"
    ? [value, !value]
    : value === 0
      ? [0, numbers[0], schedule]
      : [schedule];

/** All that options may be together; the defaults first. Others than these are schedules, which may come to anything. */
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

/** The programs with the check of gradients and without; undefined where they cannot be written down. */
function pairOf(
  rule: Rule,
  chosen: Chosen,
  serializer: Serializer,
): readonly [ProgramData, ProgramData] | undefined {
  const [{ name, definition }] = rule.parts as [Part];
  const hyper = new Map([...chosen].map(([option, value]) => [`${name}.${option}`, value]));
  // However these are kept.
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

/** What programs do with elements; numbers that they are given cost nothing. */
function workOf(rule: Rule, chosen: Chosen): string {
  const works = pairOf(rule, chosen, new Serializer())?.map(({ slots, passes }) => [
    slots,
    passes.map(({ loads, compute, stores }) => [loads.length, compute.length, stores.length]),
  ]);
  return JSON.stringify(works);
}

const withOption = (chosen: Chosen, name: string, value: HyperValue): Chosen =>
  new Map(chosen).set(name, value);

/** The options that are 0 by default and decide something, whatever is switched on. */
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

/** The same with schedules for all numbers that decide nothing about elements: their program is right for any. */
function generalized(rule: Rule, chosen: Chosen): Chosen {
  const work = workOf(rule, chosen);
  return [...chosen].reduce((known, [name, value]) => {
    const general = withOption(known, name, schedule);
    return typeof value === "number" && workOf(rule, general) === work ? general : known;
  }, chosen);
}

/** Whether other numbers make the same programs as one that stands for them, or as a schedule no shorter ones. */
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

/** The options whose value makes another program of some, with all else the same. */
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

/** The programs to ship; undefined where there are too many, or state of its own changes them. */
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

/** Whether the host computes more than powers of ages, which are whole. */
const hasExponentials = ({ nodes }: Programs): boolean =>
  nodes.some((node) => {
    const [form, , exponent] = node as readonly [string, unknown?, number?];
    const age = nodes[exponent ?? -1]?.[1];
    return isLibrary(form) && !(form === "power" && (age === "t" || age === "sharedAge"));
  });

/** As a script has it: with names bare, as they are written by hand, and the numbers that JSON lacks. */
const literalOf = (value: unknown, space?: number): string =>
  JSON.stringify(
    value,
    (_, each) => (typeof each === "number" && !Number.isFinite(each) ? `number ${each}` : each),
    space,
  )
    .replace(/"(\w+)":/g, "$1:")
    .replace(/"number (-?Infinity|NaN)"/g, "$1");

/** A definition on several lines, for whoever reads the package. */
function definitionOf({ rule, ...rest }: Definition): string {
  const text = /[`\\$]/.test(rule) ? JSON.stringify(rule) : `\`${rule}\``;
  return literalOf(rest, 2).replace(/\n\}$/, `,\n  rule: ${text}\n}`);
}

/** An optimizer or a transform as the package has it. */
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

/** @param dist the folder of what was built */
export function precompile(dist: string): void {
  for (const [kind, factories] of Object.entries(all)) {
    for (const factory of Object.values(factories)) {
      const path = join(dist, kind, `${factory.definition.name}.js`);
      writeFileSync(path, moduleOf(kind, factory));
    }
  }
}

/**
 * The package's face for Node: with the module that most bind, in shared memory, of each optimizer whose program is
 * made beforehand. Making it takes most of a first binding; bundles for pages are better off without its bytes.
 * @param registry how `gradus.js` calls the map that has them
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
  // They are so much alike that they are a fifth of their size together.
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
