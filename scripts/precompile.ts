/**
 * Spares users what can be done when the package is built. Optimizers whose program is the same for
 * all hyperparameters are replaced by that program, so that bundles which use no others leave the
 * rule language out; the rest are not checked again at each import. Part of `npm run build`; what
 * the package then does is compared with the source in tests/package.test.ts.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { assembleShared } from "../src/compilers/wasm/compiler.ts";
import { NormInLanes } from "../src/compilers/wasm/norms.ts";
import { optimizers } from "../src/optimizers/index.ts";
import type { HyperValues, RuleFactory } from "../src/rule/definition.ts";
import { defaultHyper } from "../src/rule/hyper.ts";
import { revive } from "../src/rule/precompiled.ts";
import { textPlanner } from "../src/rule/prepare.ts";
import { type ProgramData, serialize } from "../src/rule/serialize.ts";
import { transforms } from "../src/transforms/index.ts";

/** All hyperparameters as schedules: nothing is decided beforehand. */
function undecided(hyper: HyperValues): HyperValues {
  return new Map([...hyper.keys()].map((name) => [name, () => 0]));
}

/** The programs with the guard and without; undefined if hyperparameters or state change them. */
export function programsOf(factory: RuleFactory): [ProgramData, ProgramData] | undefined {
  const { definition } = factory;
  const plain = Object.values(definition.state ?? {}).every((state) => state === 0);
  if (!plain || Object.values(definition.hyper).some((value) => typeof value === "boolean")) {
    return undefined;
  }
  const rule = factory();
  const hyper = defaultHyper(rule);
  const [guarded, unguarded] = [true, false].map((guard) => {
    const data = serialize(textPlanner.step(rule, hyper, guard, true));
    const general = serialize(textPlanner.step(rule, undecided(hyper), guard, true));
    return JSON.stringify(data) === JSON.stringify(general) ? data : undefined;
  });
  return guarded && unguarded && [guarded, unguarded];
}

/** Of compilers, where a program takes norms. */
const needed = "{ NormInLanes }";

/** @param dist the folder of what was built */
export function precompileOptimizers(dist: string): void {
  for (const [name, factory] of Object.entries(optimizers) as unknown as [string, RuleFactory][]) {
    const programs = programsOf(factory);
    if (programs === undefined) continue;
    const { rule, ...rest } = factory.definition;
    const facts = [factory.role, { ...rest, rule }, programs, textPlanner.learningRate(factory())];
    const norms = programs[0].reductions.some((at) => programs[0].nodes[at]![1] === "norm");
    const parameters = facts.map((fact) => JSON.stringify(fact)).concat(norms ? needed : []);
    writeFileSync(
      join(dist, "optimizers", `${name}.js`),
      `// Made by scripts/precompile.ts of src/optimizers/${name}.ts.
import { precompiled } from "../rule/precompiled.js";
${norms ? 'import { NormInLanes } from "../compilers/wasm/norms.js";\n' : ""}export const ${name} = /* @__PURE__ */ precompiled(${parameters.join(", ")});
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
    const programs = programsOf(factory);
    if (programs === undefined) return [];
    const program = revive(programs[0], name, undefined, { NormInLanes });
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

/**
 * Lets built modules believe the text of their rules, which was checked when this script imported them.
 * @param dist the folder of what was built
 */
export function trustDefinitions(dist: string): void {
  const registered = Object.entries({ optimizers, transforms }).flatMap(([folder, registry]) =>
    Object.keys(registry).map((name) => join(folder, `${name}.js`)),
  );
  const defining = ["accumulate", "curvature", "privatize", "sam"];
  for (const file of [...registered, ...defining.map((name) => join("wrappers", `${name}.js`))]) {
    const path = join(dist, file);
    const trusting = readFileSync(path, "utf8")
      .replace(/(import \{.*)\bdefine(?:Optimizer|Transform)\b/, "$1ruleFactory")
      .replace(/= define(Optimizer|Transform)\(/, (_, kind: string) => {
        return `= /* @__PURE__ */ ruleFactory("${kind.toLowerCase()}", `;
      });
    writeFileSync(path, trusting);
  }
}
