/**
 * Spares users what can be done when the package is built. Optimizers whose program is the same for
 * all hyperparameters are replaced by that program, so that bundles which use no others leave the
 * rule language out; the rest are not checked again at each import. Part of `npm run build`; what
 * the package then does is compared with the source in tests/package.test.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optimizers } from "../src/optimizers/index.ts";
import type { HyperValues, RuleFactory } from "../src/rule/definition.ts";
import { defaultHyper } from "../src/rule/hyper.ts";
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

/** @param dist the folder of what was built */
export function precompileOptimizers(dist: string): void {
  for (const [name, factory] of Object.entries(optimizers) as unknown as [string, RuleFactory][]) {
    const programs = programsOf(factory);
    if (programs === undefined) continue;
    const { rule, ...rest } = factory.definition;
    const facts = [factory.role, { ...rest, rule }, programs, textPlanner.learningRate(factory())];
    const parameters = facts.map((fact) => JSON.stringify(fact)).join(", ");
    writeFileSync(
      join(dist, "optimizers", `${name}.js`),
      `// Made by scripts/precompile.ts of src/optimizers/${name}.ts.
import { precompiled } from "../rule/precompiled.js";
export const ${name} = /* @__PURE__ */ precompiled(${parameters});
`,
    );
  }
}

/**
 * Lets built optimizers and transforms believe their text, which was checked when this script
 * imported it.
 * @param dist the folder of what was built
 */
export function trustDefinitions(dist: string): void {
  for (const [kind, registry] of Object.entries({ optimizers, transforms })) {
    for (const name of Object.keys(registry)) {
      const path = join(dist, kind, `${name}.js`);
      const text = readFileSync(path, "utf8");
      const trusting = text
        .replace(/import \{ define(?:Optimizer|Transform) \}/, "import { ruleFactory }")
        .replace(/= define(?:Optimizer|Transform)\(/, () => {
          return `= /* @__PURE__ */ ruleFactory("${kind.slice(0, -1)}", `;
        });
      writeFileSync(path, trusting);
    }
  }
}
