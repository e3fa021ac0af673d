/**
 * Spares users what can be done when the package is built. Optimizers whose program is the same for
 * all hyperparameters, or shorter while one option stays 0, are replaced by that, so that bundles which use no others leave the
 * rule language out. Part of `npm run build`; what the package then does is compared with the source in tests/package.test.ts.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { assembleShared } from "../src/compilers/wasm/compiler.ts";
import { optimizers } from "../src/optimizers/index.ts";
import type { Rule, RuleFactory } from "../src/rule/definition.ts";
import { defaultHyper } from "../src/rule/hyper.ts";
import { type Programs, revive } from "../src/rule/planning/precompiled.ts";
import { type Shortening, shortened } from "../src/rule/planning/precompiledTwice.ts";
import { textPlanner } from "../src/rule/planning/prepare.ts";
import { type NodeData, type ProgramData, serialize } from "../src/rule/planning/serialize.ts";

export interface Precompiled {
  /** For any hyperparameters. */
  readonly programs: Programs;
  /** What they are without an option that is 0 by default and adds nothing while it stays so. */
  readonly short?: { readonly option: string; readonly by: readonly [Shortening, Shortening] };
}

/** The programs with these hyperparameters as schedules, with the guard and without. */
function programsWith(rule: Rule, undecided: readonly string[]): Programs | undefined {
  const hyper = new Map(defaultHyper(rule));
  // However these are kept.
  const states = rule.parts.flatMap(({ name, definition }) =>
    Object.keys(definition.state ?? {}).map((state) => `${name}.${state}`),
  );
  for (const name of undecided) hyper.set(name, () => 0);
  const [guarded, unguarded] = [true, false].map((guard) =>
    serialize(textPlanner.step(rule, hyper, guard, true, states)),
  );
  return guarded && unguarded && [guarded, unguarded];
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What a program does with elements; numbers that it is given cost nothing. */
const workOf = ({ slots, passes }: ProgramData) => [
  slots,
  passes.map(({ loads, compute, stores }) => [loads.length, compute.length, stores.length]),
];

/** What leaves an option out of the one sum that has it. */
function shortening({ nodes }: ProgramData, qualified: string): Shortening {
  const zero = nodes.findIndex(([form, name]) => form === "h" && name === qualified);
  const operandsOf = ([form, ...rest]: NodeData): readonly (string | number)[] =>
    ["c", "h", "f", "s"].includes(form) ? [] : rest;
  const sum = nodes.findIndex((node) => node[0] === "add" && operandsOf(node).includes(zero));
  const term = nodes[sum] && operandsOf(nodes[sum]).find((each) => each !== zero);
  const readers = nodes.flatMap((node, position) => {
    const operands = operandsOf(node).map((each) => (each === sum ? term : each));
    return operandsOf(node).includes(sum)
      ? [[position, [node[0], ...operands] as NodeData] as const]
      : [];
  });
  return { changed: Object.fromEntries(readers), gone: [zero, sum] };
}

/** The programs to ship; undefined where switches or state of its own change them. */
export function programsOf(factory: RuleFactory): Precompiled | undefined {
  const { name, hyper, state = {} } = factory.definition;
  const plain = Object.values(state).every((each) => each === 0);
  if (!plain || Object.values(hyper).some((value) => typeof value === "boolean")) return undefined;
  const rule = factory();
  const names = Object.keys(hyper).map((each) => `${name}.${each}`);
  const programs = programsWith(rule, names);
  const work = programs?.map(workOf);
  if (!programs || same(work, programsWith(rule, [])?.map(workOf))) return programs && { programs };
  const without = (option: string) =>
    programsWith(
      rule,
      names.filter((each) => each !== option),
    );
  const option = names.find((each) => !same(work, without(each)?.map(workOf)));
  if (option === undefined) return undefined;
  const by = [shortening(programs[0], option), shortening(programs[1], option)] as const;
  const short = by.map((each, index) => serialize(revive(shortened(programs[index]!, each), name)));
  return same(short, without(option))
    ? { programs, short: { option: option.slice(name.length + 1), by } }
    : undefined;
}

/** Of compilers, where a program takes norms. */
const needed = "provideNorms";

/** @param dist the folder of what was built */
export function precompileOptimizers(dist: string): void {
  for (const [name, factory] of Object.entries(optimizers) as unknown as [string, RuleFactory][]) {
    const precompiled = programsOf(factory);
    if (precompiled === undefined) continue;
    const { rule, ...rest } = factory.definition;
    const { programs, short } = precompiled;
    const facts = [factory.role, { ...rest, rule }, programs, textPlanner.learningRate(factory())];
    const norms = programs[0].reductions.some((at) => programs[0].nodes[at]![1] === "norm");
    const parameters = [...(short ? [short.option, short.by] : []), ...facts]
      .map((fact) => JSON.stringify(fact))
      .concat(norms ? needed : []);
    const maker = short ? "precompiledTwice" : "precompiled";
    writeFileSync(
      join(dist, "optimizers", `${name}.js`),
      `// Made by scripts/precompile.ts of src/optimizers/${name}.ts.
import { ${maker} } from "../rule/${maker}.js";
${norms ? 'import { provideNorms } from "../compilers/wasm/norms.js";\n' : ""}export const ${name} = /* @__PURE__ */ ${maker}(${parameters.join(", ")});
`,
    );
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
    const made = programsOf(factory);
    if (made === undefined) return [];
    const [general] = made.programs;
    const usual = made.short ? shortened(general, made.short.by[0]) : general;
    const program = revive(usual, name);
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
