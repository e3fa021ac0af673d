/**
 * Spares users what can be done when the package is built. Optimizers whose program is the same for
 * all hyperparameters are replaced by that program, so that bundles which use no others leave the
 * rule language out; the rest are not checked again at each import. Part of `npm run build`; what
 * the package then does is compared with the source in tests/package.test.ts.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
 * An optimizer as the package for Node has it: with the module that most bind, in shared memory. Making it
 * takes most of a first binding; bundles for pages are better off without its bytes.
 * @param text of what `precompileOptimizers` wrote
 * @returns undefined where that has no program
 */
export function withModule(name: string, text: string): string | undefined {
  const factory = (optimizers as unknown as Record<string, RuleFactory>)[name];
  const programs = factory && programsOf(factory);
  if (programs === undefined) return undefined;
  const bytes = Buffer.from(
    assembleShared(revive(programs[0], name, undefined, { NormInLanes })),
  ).toString("base64");
  const before = text.includes(needed) ? "" : ", undefined";
  const given = `(key) => key === "float32true" ? Buffer.from("${bytes}", "base64") : undefined`;
  return text.replace(/\);\s*$/, () => `${before}, ${given});\n`);
}

/**
 * Lets built modules believe the text of their rules, which was checked when this script imported them.
 * @param dist the folder of what was built
 */
export function trustDefinitions(dist: string): void {
  const registered = Object.entries({ optimizers, transforms }).flatMap(([folder, registry]) =>
    Object.keys(registry).map((name) => join(folder, `${name}.js`)),
  );
  const defining = ["accumulation", "curvature", "privatize", "sam"];
  for (const file of [...registered, ...defining.map((name) => join("wrappers", `${name}.js`))]) {
    const path = join(dist, file);
    const trusting = readFileSync(path, "utf8")
      .replace(/(import \{.*)\bdefine(?:Optimizer|Transform)\b/, "$1ruleFactory")
      .replace(/= define(Optimizer|Transform)\(/g, (_, kind: string) => {
        return `= /* @__PURE__ */ ruleFactory("${kind.toLowerCase()}", `;
      });
    writeFileSync(path, trusting);
  }
}
