/** Every exported name is documented, and every example runs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import * as autodiff from "../src/autodiff/index.ts";
import * as checkpoint from "../src/checkpoint/index.ts";
import * as compilers from "../src/compilers/index.ts";
import * as distributed from "../src/distributed/index.ts";
import * as explaining from "../src/explain/index.ts";
import * as gradus from "../src/index.ts";
import { optimizers, parameters, type RuleFactory, transforms } from "../src/index.ts";
import * as init from "../src/init/index.ts";
import * as minimize from "../src/minimize/index.ts";
import * as pytorch from "../src/pytorch/index.ts";
import { explain } from "../src/rule/explain/explain.ts";
import * as webgpu from "../src/webgpu/index.ts";
import { guides } from "./support/guides.ts";
import { testDevice } from "./webgpu/adapter.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

interface Exported {
  readonly name: string;
  readonly path: string;
}

/** What a file of re-exports gives on, and from where. */
function exportsOf(path: string): Exported[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const text = read(path);
  const resolve = (from: string) => new URL(from, `file:///${folder}`).pathname.slice(1);
  const all = [...text.matchAll(/export \* from "([^"]+)"/g)].flatMap(([, from]) =>
    exportsOf(resolve(from!)),
  );
  const imported = new Map(
    [...text.matchAll(/import \{([^}]*)\} from "([^"]+)"/g)].flatMap(([, names, from]) =>
      names!.split(",").map((name) => [name.replace("type", "").trim(), resolve(from!)] as const),
    ),
  );
  const named = [...text.matchAll(/export (?:type )?\{([^}]*)\}(?: from "([^"]+)")?;/g)].flatMap(
    ([, names, from]) =>
      names!
        .split(",")
        .map((name) => name.replace(/^\s*type /, "").trim())
        .filter(Boolean)
        .map((name) => ({ name, path: from ? resolve(from) : (imported.get(name) ?? path) })),
  );
  return [...all, ...named];
}

/** A comment without its stars. */
function contentOf(comment: string | undefined): string | undefined {
  return comment?.slice(3, -2).replace(/\n\s*\* ?/g, "\n");
}

/** The comment right before a declaration, in whichever file a name is given on from. */
function docOf({ name, path }: Exported): string | undefined {
  const text = read(path);
  const origin = exportsOf(path).find((each) => each.name === name && each.path !== path);
  if (origin !== undefined) {
    return docOf(origin);
  }
  const declared = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\s*export (?:declare |async |abstract )?(?:const|function\\*?|class|interface|type) ${name}\\b`,
  );
  return contentOf(declared.exec(text)?.[1]);
}

const entries = [
  "src/index.ts",
  "src/rule/index.ts",
  "src/explain/index.ts",
  "src/autodiff/index.ts",
  "src/init/index.ts",
  "src/jax-js/index.ts",
  "src/checkpoint/index.ts",
  "src/distributed/index.ts",
  "src/minimize/index.ts",
  "src/pytorch/index.ts",
  "src/tasks/index.ts",
  "src/tfjs/index.ts",
  "src/webgpu/index.ts",
  "src/distributed/index.ts",
];

describe.each(entries)("%s", (entry) => {
  it("exports nothing that is not documented", () => {
    const exported = exportsOf(entry);
    expect(exported.length).toBeGreaterThan(0);
    const bare = exported.filter((each) => docOf(each) === undefined);
    expect(bare.map(({ name, path }) => `${name} (${path})`)).toEqual([]);
  });
});

const factories = Object.entries({ ...optimizers, ...transforms }) as unknown as [
  string,
  RuleFactory,
][];
const fileOf = (name: string) =>
  `src/${Object.hasOwn(optimizers, name) ? "optimizers" : "transforms"}/${name}.ts`;

describe.each(factories)("%s", (name, { definition }) => {
  const path = fileOf(name);
  const doc = docOf({ name, path })!;

  it("has a title, a summary, a source and all its options in its documentation", () => {
    expect(definition).toMatchObject({ name, title: /./, summary: /\.$/ });
    for (const hyper of Object.keys(definition.hyper)) {
      expect(doc, `${name} says nothing of ${hyper}`).toContain(`\`${hyper}\``);
    }
  });

  it("fits on a screen", () => {
    expect(read(path).split("\n").length).toBeLessThanOrEqual(85);
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

/** What an example takes from an entry some of whose names others have too. */
function importedIn(code: string, entry: string, known: Record<string, unknown>): object {
  const imports = new RegExp(`^import \\{([^}]*)\\} from "gradus/${entry}";$`, "gm");
  const names = [...code.matchAll(imports)].flatMap(([, list]) => list!.split(","));
  const values = names.map((name) => name.trim()).filter((name) => !name.startsWith("type "));
  return Object.fromEntries(values.map((name) => [name, known[name]]));
}

/** Of its own, for examples that write files. */
const folder = mkdtempSync(join(tmpdir(), "gradus-examples-"));
/** What PyTorch would have saved there. */
const there = gradus.optimize(parameters({ w: [2, 3], b: [3] }), gradus.adam());
const names = { "0.weight": "w", "0.bias": "b" };
writeFileSync(join(folder, "there.pt"), pytorch.writeTorch(pytorch.torchStates(there, { names })));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs TypeScript with everything exported in scope, and what examples speak of. */
async function run(code: string): Promise<void> {
  const net = parameters(shapesFor(code));
  const optimizer = gradus.optimize(net, gradus.adam());
  const scope: Record<string, unknown> = {
    ...gradus,
    ...importedIn(code, "autodiff", autodiff),
    ...importedIn(code, "compilers", compilers),
    ...importedIn(code, "distributed", distributed),
    ...importedIn(code, "explain", explaining),
    ...importedIn(code, "init", init),
    ...importedIn(code, "webgpu", { ...webgpu, requestDevice: testDevice }),
    ...checkpoint,
    ...minimize,
    ...pytorch,
    ...{ readFileSync, writeFileSync },
    explain,
    net,
    optimizer,
    gradients: optimizer.gradients,
    loss: 0.5,
    accuracyOf: () => 1,
    testSet: [],
    w: new Float32Array(6),
    values: new Float32Array(6),
    gradientOfW: new Float32Array(7840),
    gradientOfB: new Float32Array(10),
    console: { log: () => undefined },
  };
  const own = code.replace(/^import (?:.* from )?"(gradus(\/\w+)?|node:fs)";$/gm, "");
  const declared = [...own.matchAll(/^(?:const|let) (?:\{ )?(\w+)/gm)].map(([, name]) => name!);
  const names = Object.keys(scope).filter((name) => !declared.includes(name));
  const { code: script } = transformSync(own, { loader: "ts", target: "es2022" });
  // Only here: the library makes no code of text.
  const act = new Function(...names, `"use strict"; return (async () => { ${script} })();`);
  const before = process.cwd();
  process.chdir(folder);
  try {
    await act(...names.map((name) => scope[name]));
  } finally {
    process.chdir(before);
  }
}

function examplesOf(doc: string): string[] {
  return doc
    .split("@example")
    .slice(1)
    .map((text) =>
      text
        .split(/\n@/)[0]!
        .replace(/```(?:ts)?/g, "")
        .trim(),
    );
}

// Those of src/checkpoint/browser run in a browser: tests/browser/checkpoint.test.ts.
const folders = [
  ...["optimizers", "transforms", "schedules", "wrappers", "rule", "runtime"],
  ...["checkpoint", "checkpoint/node", "pytorch"],
  ...["minimize", "minimize/leastSquares", "minimize/methods"],
];
const documented = folders.flatMap((folder) =>
  readdirSync(new URL(`src/${folder}/`, root))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = read(`src/${folder}/${file}`);
      const docs = text.match(/\/\*\*(?:(?!\*\/)[\s\S])*\*\//g) ?? [];
      return docs
        .flatMap((doc) => examplesOf(contentOf(doc)!))
        .map((code, i): [string, string] => [`${folder}/${file} ${i + 1}`, code]);
    }),
);

describe("examples in documentation", () => {
  it.each(documented)("%s runs", async (_, code) => {
    await expect(run(code)).resolves.toBeUndefined();
  });

  it("are there for every optimizer and transform", () => {
    for (const [name] of factories) {
      expect(examplesOf(docOf({ name, path: fileOf(name) })!), name).not.toEqual([]);
    }
  });
});

describe.each([
  "README.md",
  ...guides,
  "docs/distributed.md",
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
      (code) => !code.includes("export const adam") && !code.startsWith("// Two interleaved"),
    );
  it.each(blocks)("%s", async (code) => {
    await expect(run(code)).resolves.toBeUndefined();
  });
});
