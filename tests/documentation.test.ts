/** The pages of the documentation run, block by block; each optimizer and transform says what it is, on a screen. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as autodiff from "../src/autodiff/index.ts";
import * as checkpoint from "../src/checkpoint/index.ts";
import * as compilers from "../src/compilers/index.ts";
import * as distributed from "../src/distributed/index.ts";
import * as explanations from "../src/explain/index.ts";
import * as gradus from "../src/index.ts";
import { optimizers, parameters, type RuleFactory, transforms } from "../src/index.ts";
import * as init from "../src/init/index.ts";
import * as minimize from "../src/minimize/index.ts";
import * as pytorch from "../src/pytorch/index.ts";
import * as webgpu from "../src/webgpu/index.ts";
import { guides } from "./support/guides.ts";
import { runExample } from "./support/runExample.ts";
import { testDevice } from "./webgpu/adapter.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const factories = Object.entries({ ...optimizers, ...transforms }) as unknown as [
  string,
  RuleFactory,
][];
const fileOf = (name: string) =>
  `src/${Object.hasOwn(optimizers, name) ? "optimizers" : "transforms"}/${name}.ts`;

describe.each(factories)("%s", (name, { definition }) => {
  const text = read(fileOf(name));
  const [comment = ""] =
    new RegExp(`/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*export const ${name}\\b`).exec(text) ?? [];

  it("has a title, a summary, a source and all its options in its documentation", () => {
    expect(definition).toMatchObject({ name, title: /./, summary: /\.$/ });
    for (const hyper of Object.keys(definition.hyper)) {
      expect(comment, `${name} says nothing of ${hyper}`).toContain(`\`${hyper}\``);
    }
  });

  it("fits on a screen", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(85);
  });
});

/** The parameters that an example speaks of. */
function shapesFor(code: string): Record<string, readonly number[]> {
  const named = { embedding: [20, 2], encoder: [2, 2], bias: [3] };
  // PyTorch's names, such as 0.bias, are no parameters here.
  const mentioned = Object.entries(named).filter(([name]) =>
    new RegExp(`(?<!\\d\\.)${name}`).test(code),
  );
  return {
    w: [2, 3],
    ...(/\bembedding\b/.test(code) ? {} : { b: [3] }),
    ...Object.fromEntries(mentioned),
  };
}

/** Of its own, for examples that write files. */
const folder = mkdtempSync(join(tmpdir(), "gradus-examples-"));
/** What PyTorch would have saved there. */
const there = gradus.optimize(parameters({ w: [2, 3], b: [3] }), gradus.adam());
const names = { "0.weight": "w", "0.bias": "b" };
writeFileSync(join(folder, "there.pt"), pytorch.writeTorch(pytorch.torchStates(there, { names })));
afterAll(() => rmSync(folder, { recursive: true }));

const modules = {
  gradus,
  "gradus/autodiff": autodiff,
  "gradus/checkpoint": checkpoint,
  "gradus/compilers": compilers,
  "gradus/distributed": distributed,
  "gradus/explain": explanations,
  "gradus/init": init,
  "gradus/minimize": minimize,
  "gradus/pytorch": pytorch,
  "gradus/webgpu": { ...webgpu, requestDevice: testDevice },
  "node:fs": { readFileSync, writeFileSync },
};

/** Runs a block with what pages speak of: one goes on where the one before it ended. */
async function run(code: string): Promise<void> {
  const net = parameters(shapesFor(code));
  const optimizer = gradus.optimize(net, gradus.adam());
  const scope = {
    ...gradus,
    ...checkpoint,
    ...minimize,
    ...pytorch,
    ...{ readFileSync, writeFileSync },
    ...{ explain: explanations.explain, net, optimizer, gradients: optimizer.gradients },
    ...{ loss: 0.5, accuracyOf: () => 1, testSet: [] },
    ...{ w: new Float32Array(6), values: new Float32Array(6) },
    gradientOfW: new Float32Array(7840),
    gradientOfB: new Float32Array(10),
  };
  const compared = await runExample(code, { modules, scope, folder });
  expect(compared.filter(({ isSo }) => !isSo)).toEqual([]);
}

describe.each([
  "README.md",
  ...guides,
  "docs/distributed.md",
  "docs/distributed-outer.md",
  "docs/autodiff.md",
  "docs/least-squares.md",
  "docs/minimize.md",
  "docs/remap.md",
  "docs/storage.md",
  "docs/wrappers.md",
])("%s", (page) => {
  const blocks = [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)]
    .map(([, code]) => code!)
    // Adam as it stands in its file, and an example that tests/package.test.ts runs.
    .filter(
      (code) =>
        !code.includes("export const adam") &&
        !code.startsWith("// Two interleaved") &&
        // What `compile` and `matrices` may be is in tests/seams/backend.ts.
        !code.includes('{ name: "mine", compile, matrices }'),
    );
  it.each(blocks)("%s", async (code) => {
    await run(code);
  });
});
