/** Collects the code blocks of the pages in docs/, with the variables that they mention. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as gradus from "gradus";
import * as checkpoint from "gradus/checkpoint";
import { explain } from "gradus/explain";
import * as minimize from "gradus/minimize";
import * as pytorch from "gradus/pytorch";
import { guides } from "./guides.ts";
import { type Comparison, type ExampleOptions, runExample } from "./run.ts";

const root = join(import.meta.dirname, "../..");

/** Pages whose code blocks all run. */
export const pages: readonly string[] = [
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
];

/** The code blocks of a page, without those that have a test of their own. */
export function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  return blocks.filter(
    (code) =>
      // The definition of Adam, copied from its file.
      !code.includes("export const adam") &&
      // tests/package.test.ts
      !code.startsWith("// Two interleaved") &&
      // What `compile` and `matrices` may be is in tests/seams/backend.ts.
      !code.includes('{ name: "mine", compile, matrices }'),
  );
}

/** The parameters that a block mentions. */
function shapesFor(code: string): Record<string, readonly number[]> {
  const named = { embedding: [20, 2], encoder: [2, 2], bias: [3] };
  // Names of PyTorch, such as 0.bias, are not parameters here.
  const mentioned = Object.entries(named).filter(([name]) =>
    new RegExp(`(?<!\\d\\.)${name}`).test(code),
  );
  return {
    w: [2, 3],
    ...(/\bembedding\b/.test(code) ? {} : { b: [3] }),
    ...Object.fromEntries(mentioned),
  };
}

/** Runs a block, which continues after the previous one. */
export function runBlock(
  code: string,
  options: Omit<ExampleOptions, "scope">,
): Promise<readonly Comparison[]> {
  const net = gradus.parameters(shapesFor(code));
  const optimizer = gradus.optimize(net, gradus.adam());
  const scope = {
    ...gradus,
    ...checkpoint,
    ...minimize,
    ...pytorch,
    ...{ readFileSync, writeFileSync },
    ...{ explain, net, optimizer, gradients: optimizer.gradients },
    ...{ loss: 0.5, accuracyOf: () => 1, testSet: [] },
    ...{ w: new Float32Array(6), values: new Float32Array(6) },
    gradientOfW: new Float32Array(7840),
    gradientOfB: new Float32Array(10),
  };
  return runExample(code, { ...options, scope });
}
