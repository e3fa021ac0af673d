/** The packages as users install them: packed, and installed in an empty folder. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as esbuild, transformSync } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { guides } from "../scripts/examples/guides.ts";
import { assembleShared } from "../src/compilers/wasm/compiler.ts";
import { adam, optimize, optimizers, parameters } from "../src/index.ts";
import type { RuleFactory } from "../src/rule/definition.ts";
import { defaultHyper } from "../src/rule/hyper.ts";
import { textPlanner } from "../src/rule/planning/prepare.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WINDOWS = process.platform === "win32";
const bin = (name: string) => join(ROOT, "node_modules", ".bin", name);

/** An empty project with nothing but the package. */
let project: string;

function execute(program: string, words: readonly string[], cwd = project): string {
  return execFileSync(program, words, {
    cwd,
    encoding: "utf8",
    shell: WINDOWS,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a module in the project and reads what it prints as JSON. */
function evaluate(source: string, folder = project): unknown {
  return JSON.parse(execute(process.execPath, ["--input-type=module", "--eval", source], folder));
}

/** What the compiler complains about in a folder. */
function compile(folder: string): string {
  try {
    return execute(bin("tsc"), ["-p", "."], folder);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"];

/** What was packed, by the package's name. */
const tarballOf = (name: string): string => `./${name}-${manifest.version}.tgz`;

/**
 * A folder with the package and what adapters stand on. npm never runs in it: in the project it would prune what it has not
 * installed, and through a link that is what the link leads to.
 */
let besidePeers: string;

/** What adapters and examples import besides the package. */
const peers = ["@jax-js", "@tensorflow", "@types/three", "three"];

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "gradus-package-")));
  for (const folder of [ROOT, join(ROOT, "cli")]) {
    execute("npm", ["pack", "--pack-destination", project, ...quiet], folder);
  }
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  execute("npm", ["install", "--offline", tarballOf("gradus"), ...quiet]);
  besidePeers = realpathSync(mkdtempSync(join(tmpdir(), "gradus-peers-")));
  writeFileSync(join(besidePeers, "package.json"), '{ "private": true, "type": "module" }');
  const modules = join(besidePeers, "node_modules");
  cpSync(join(project, "node_modules", "gradus"), join(modules, "gradus"), { recursive: true });
  for (const name of peers) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
  }
});

afterAll(() => {
  for (const folder of [besidePeers, project]) rmSync(folder, { recursive: true, force: true });
});

/** Entries for whoever has another library, with that. The declarations of TensorFlow.js do not compile with libraries checked. */
const adapters: Readonly<Record<string, string>> = {
  "./jax-js": "@jax-js/jax",
  "./tfjs": "@tensorflow/tfjs-core",
  "./tfjs/webgpu": "@tensorflow/tfjs-core",
};

describe("the package", () => {
  it("brings nothing else along", () => {
    const folders = readdirSync(join(project, "node_modules")).filter((name) => !/^\./.test(name));
    expect(folders).toEqual(["gradus"]);
    expect(manifest).not.toHaveProperty("dependencies");
  });

  // A third of it are declarations with their documentation, which editors show.
  it("takes at most 2.3 MB", () => {
    const folder = join(project, "node_modules", "gradus");
    const sizes = (readdirSync(folder, { recursive: true }) as string[]).map((name) => {
      const stats = statSync(join(folder, name));
      return stats.isFile() ? stats.size : 0;
    });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_300_000);
  });

  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  it.each(subpaths)("exports from %s what the source does", async (path) => {
    const library = adapters[path];
    if (library !== undefined) expect(Object.keys(manifest.peerDependencies)).toContain(library);
    const exported = evaluate(
      `import * as all from ${JSON.stringify(path.replace(".", "gradus"))};
       console.log(JSON.stringify(Object.keys(all)));`,
      besidePeers,
    );
    const file = path === "." ? "index" : `${path.slice(2)}/index`;
    const source = await import(/* @vite-ignore */ join(ROOT, "src", `${file}.ts`));
    expect(exported).toEqual(Object.keys(source).sort());
  });

  it.each([false, true])("steps on webgpu as far as its entry is loaded: %s", (isLoaded) => {
    const message = evaluate(
      `import * as tf from "@tensorflow/tfjs-core";
       import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
       import { GradusOptimizer } from "gradus/tfjs";
       ${isLoaded ? 'import "gradus/tfjs/webgpu";' : ""}
       // There is no device in it.
       tf.registerBackend("webgpu", () => new MathBackendCPU());
       await tf.setBackend("webgpu");
       const x = tf.variable(tf.scalar(1), true, "x");
       let message = "";
       try {
         new GradusOptimizer("sgd").applyGradients({ x: tf.scalar(1) });
       } catch (error) {
         message = String(error);
       }
       console.log(JSON.stringify(message));`,
      besidePeers,
    );
    expect(message).not.toBe("");
    expect(String(message).includes('import "gradus/tfjs/webgpu"')).toBe(!isLoaded);
  });

  it("makes the steps that the source makes, with every optimizer", () => {
    const trained = evaluate(`
      import { optimize, optimizers, parameters } from "gradus";
      const result = {};
      for (const [name, factory] of Object.entries(optimizers)) {
        const net = parameters({ w: [37] });
        const optimizer = optimize(net, factory());
        for (let step = 1; step <= 5; step++) {
          optimizer.step({ w: net.w.data.map((w, i) => w + Math.sin(i * step)) }, { loss: 1 / step });
        }
        result[name] = [...net.w.data];
      }
      console.log(JSON.stringify(result));`);
    const factories = Object.entries(optimizers) as unknown as [string, RuleFactory][];
    const expected = factories.map(([name, factory]) => {
      const net = parameters({ w: [37] });
      using optimizer = optimize(net, factory());
      for (let step = 1; step <= 5; step++) {
        optimizer.step({ w: net.w.data.map((w, i) => w + Math.sin(i * step)) }, { loss: 1 / step });
      }
      return [name, [...net.w.data]];
    });
    expect(trained).toEqual(Object.fromEntries(expected));
  });

  it("brings the modules of precompiled optimizers, where they are those that would be made", () => {
    const made = evaluate(`
      import { adam, optimize, parameters } from "gradus";
      const made = [];
      const { Module } = WebAssembly;
      WebAssembly.Module = class extends Module {
        constructor(bytes) {
          super(bytes);
          made.push([Buffer.isBuffer(bytes), Buffer.from(bytes).toString("base64")]);
        }
      };
      optimize(parameters({ w: [2] }), adam());
      const optimizer = optimize(parameters({ w: [2] }), adam(), { zeroGradients: true });
      optimizer.gradients.w.fill(1);
      optimizer.step();
      if (optimizer.gradients.w[1] !== 0) throw new Error("not zeroed");
      optimize({ w: new Float32Array(2) }, adam());
      optimize(parameters({ w: [2] }, { type: "float64" }), adam());
      optimize(parameters({ w: [2] }), adam(), { nonFinite: "allow" });
      console.log(JSON.stringify(made));`) as [shipped: boolean, bytes: string][];
    expect(made.map(([shipped]) => shipped)).toEqual([true, false, false, false, false]);
    const program = textPlanner.step(adam(), defaultHyper(adam()), true, true);
    expect(made[0]![1]).toBe(Buffer.from(assembleShared(program)).toString("base64"));
  });
});

describe("a rule that only the language has defined", () => {
  /** What becomes of a rule that one of the package's entries defines. */
  const training = (entry: string, rule: string) => `
    import { optimize, parameters } from "gradus";
    import { defineOptimizer } from "${entry}";
    const make = defineOptimizer({ name: "mine", hyper: { lr: 0.5 }, rule: ${JSON.stringify(rule)} });
    const net = parameters({ w: [2] });
    let said;
    try {
      optimize(net, make()).step({ w: [3, 4] });
      said = [...net.w.data];
    } catch ({ message }) {
      said = message;
    }
    console.log(JSON.stringify(said));`;

  async function bundled(entry: string, rule: string): Promise<unknown> {
    const file = join(project, "defined.mjs");
    const stdin = { contents: training(entry, rule), resolveDir: project };
    await esbuild({ stdin, outfile: file, bundle: true, format: "esm", minify: true });
    return JSON.parse(execute(process.execPath, [file]));
  }

  const rules = ["u = g + mean(g)", "u = g / norm(g)", "u = exp(g)", "u = g + randomUniform()"];

  it.each(rules)("steps where the library is: %s", (rule) => {
    const found = evaluate(training("gradus/rule", rule));
    expect(found).toHaveLength(2);
    expect(found).toEqual(evaluate(training("gradus", rule)));
  });

  it("says in a bundle without what it needs who defines it", async () => {
    for (const rule of rules) {
      expect(await bundled("gradus/rule", rule), rule).toContain(
        "define the rule with defineOptimizer",
      );
      expect(await bundled("gradus", rule), rule).toHaveLength(2);
    }
  });
});

describe("the command's package", () => {
  const installed = () => join(project, "node_modules", "gradus-cli");
  const gradus = () => join(project, "node_modules", ".bin", "gradus");

  beforeAll(() => {
    execute("npm", ["install", "--offline", tarballOf("gradus-cli"), ...quiet]);
  });

  it("is of the library's version, and asks for that", () => {
    const { version, dependencies } = JSON.parse(
      readFileSync(join(installed(), "package.json"), "utf8"),
    );
    expect({ version, dependencies }).toEqual({
      version: manifest.version,
      dependencies: { gradus: manifest.version },
    });
  });

  it("has the terms of what it contains", () => {
    const text = readFileSync(join(installed(), "dist", "THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["cli-progress", "commander", "d3-scale", "d3-shape", "temml"]) {
      expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\(\\w+\\)$`, "m"));
    }
    expect(text.split("-".repeat(78)).filter((part) => part.trim().length < 200)).toHaveLength(1);
  });

  it("has the command, with its data and its report", () => {
    expect(execute(gradus(), ["--version"]).trim()).toBe(manifest.version);
    expect(execute(gradus(), ["explain", "adam"])).toContain("mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ");
    const words = ["--optimizers", "sgd,adam", "--steps", "5", "--seeds", "1"];
    const output = execute(gradus(), ["compare", "fashion-mlp", ...words, "--out", "report.html"]);
    expect(output).toMatch(/\nadam /);
    expect(readFileSync(join(project, "report.html"), "utf8")).toContain("<svg");
  });

  const stripsTypes = "typescript" in process.features && process.features.typescript !== false;
  it("reads TypeScript where Node does, and says what to do elsewhere", () => {
    writeFileSync(join(project, "mine.ts"), "export default {} as object;");
    expect(() => execute(gradus(), ["compare", "./mine.ts"])).toThrow(
      stripsTypes
        ? /mine\.ts: the task.s `name` is missing/
        : /Node [\d.]+ cannot load mine\.ts: install tsx beside it .*, use Node 22\.18 or newer/,
    );
  });
});

const settings = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  module: "nodenext",
  target: "es2022",
};

function check(folder: string, files: readonly string[], compilerOptions: object): string {
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...settings, ...compilerOptions }, files }),
  );
  return compile(folder);
}

describe("its types", () => {
  it("compile for a page and for Node, with libraries checked", () => {
    const folder = join(project, "types");
    mkdirSync(folder);
    const imports = Object.keys(manifest.exports)
      .filter((path) => !path.endsWith(".json") && !Object.hasOwn(adapters, path))
      .map(
        (path, i) => `export * as part${i} from ${JSON.stringify(path.replace(".", "gradus"))};`,
      );
    writeFileSync(join(folder, "all.ts"), imports.join("\n"));
    // Whoever has WebGPU has its types: of the DOM, or of the package that brings it to Node.
    const withoutGpu = imports.filter((line) => !line.includes("webgpu"));
    expect(withoutGpu).toHaveLength(imports.length - 1);
    writeFileSync(join(folder, "node.ts"), withoutGpu.join("\n"));
    expect(check(folder, ["all.ts"], { types: [], lib: ["es2022", "dom"] })).toBe("");
    const nodeTypes = join(ROOT, "node_modules", "@types");
    const forNode = { types: ["node"], typeRoots: [nodeTypes], lib: ["es2022"] };
    expect(check(folder, ["node.ts"], forNode)).toBe("");
  });

  it("compile beside TensorFlow.js, whose optimizer it is", () => {
    const folder = join(besidePeers, "tfjs-types");
    mkdirSync(folder);
    const lines = [
      'import type { Optimizer } from "@tensorflow/tfjs-core";',
      'import { adamw } from "gradus";',
      'import { GradusOptimizer } from "gradus/tfjs";',
      "const groups = [{ match: /bias/, weightDecay: 0 }];",
      "export const optimizer: Optimizer = new GradusOptimizer(adamw(), { groups });",
      'export const named: Optimizer = new GradusOptimizer("adamw");',
      "new GradusOptimizer(adamw(), { group: [] });",
    ];
    writeFileSync(join(folder, "user.ts"), lines.join("\n"));
    const options = { types: [], lib: ["es2022", "dom"], skipLibCheck: true };
    const found = check(folder, ["user.ts"], options);
    expect([...found.matchAll(/^user\.ts\((\d+),/gm)].map(([, line]) => line)).toEqual(["7"]);
  });

  it("compile beside jax-js", () => {
    const folder = join(besidePeers, "jax-js-types");
    mkdirSync(folder);
    writeFileSync(join(folder, "all.ts"), 'export * from "gradus/jax-js";');
    // Those of jax-js have Float16Array.
    const options = { types: [], lib: ["es2022", "dom", "esnext.float16"] };
    expect(check(folder, ["all.ts"], options)).toBe("");
  });

  it("know the parameters and the hyperparameters", () => {
    const folder = join(project, "mistakes");
    mkdirSync(folder);
    const lines = [
      'import { adam, optimize, parameters } from "gradus";',
      "const net = parameters({ w: [2, 3] });",
      "const optimizer = optimize(net, adam({ lr: 0.1 }));",
      "optimizer.gradients.w.fill(1);",
      "optimizer.gradients.b;",
      "adam({ momentum: 0.9 });",
    ];
    writeFileSync(join(folder, "user.ts"), lines.join("\n"));
    const found = check(folder, ["user.ts"], { types: [], lib: ["es2022", "dom"] });
    expect([...found.matchAll(/^user\.ts\((\d+),/gm)].map(([, line]) => line)).toEqual(["5", "6"]);
  });
});

describe("blocks of code in the documentation", () => {
  const pages = ["README.md", "docs/wrappers.md", ...guides];
  const blocks = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code]) => code!,
    ),
  );
  const folder = () => join(project, "blocks");
  const files = blocks.map((_, i) => `block${i}.ts`);

  beforeAll(() => {
    mkdirSync(folder());
    for (const [i, code] of blocks.entries()) writeFileSync(join(folder(), files[i]!), code);
  });

  it.each(["nodenext", "bundler"])("compile as they are, by %s", (moduleResolution) => {
    expect(blocks.length).toBeGreaterThan(20);
    const module = moduleResolution === "bundler" ? "esnext" : "nodenext";
    const types = { types: ["node"], typeRoots: [join(ROOT, "node_modules", "@types")] };
    const more = { module, moduleResolution, lib: ["es2023", "dom"], ...types };
    expect(check(folder(), files, { ...more, skipLibCheck: true })).toBe("");
  });

  /** One module that runs all of them. */
  function all(): string {
    // A GPU's need one: tests/documentation.test.ts gives it to them.
    const here = files.filter((_, i) => !blocks[i]!.includes("gradus/webgpu"));
    const modules = here.map((file) => {
      const { code } = transformSync(readFileSync(join(folder(), file), "utf8"), { loader: "ts" });
      const path = file.replace(/ts$/, "mjs");
      writeFileSync(join(folder(), path), code);
      return `./${path}`;
    });
    writeFileSync(
      join(folder(), "there.mjs"),
      `import { writeFileSync } from "node:fs";
      import { adam, optimize, parameters } from "gradus";
      import { torchStates, writeTorch } from "gradus/pytorch";
      const names = { "0.weight": "w", "0.bias": "b" };
      const optimizer = optimize(parameters({ w: [2, 3], b: [3] }), adam());
      writeFileSync("there.pt", writeTorch(torchStates(optimizer, { names })));`,
    );
    const lines = ["./there.mjs", ...modules].map((path) => `await import("${path}");`);
    writeFileSync(join(folder(), "all.mjs"), lines.join("\n"));
    return join(folder(), "all.mjs");
  }

  const bundled = (name: string) => join(folder(), `${name}.mjs`);

  it.each<[string, (module: string) => string | Promise<string>]>([
    ["as they are", (module) => module],
    [
      "bundled by esbuild",
      async (module) => {
        const outfile = bundled("esbuild");
        const settings = { bundle: true, format: "esm", platform: "node", minify: true } as const;
        await esbuild({ ...settings, entryPoints: [module], outfile });
        return outfile;
      },
    ],
    [
      "bundled by Vite",
      async (module) => {
        const output = { entryFileNames: "vite.mjs", codeSplitting: false };
        await vite({
          root: folder(),
          configFile: false,
          logLevel: "error",
          ssr: { noExternal: ["gradus"] },
          build: {
            ...{ ssr: module, outDir: ".", emptyOutDir: false, minify: true },
            rolldownOptions: { output },
          },
        });
        return bundled("vite");
      },
    ],
  ])("run %s", async (_, make) => {
    const module = await make(all());
    const imports = /\bfrom *"gradus/.test(readFileSync(module, "utf8"));
    expect(imports).toBe(false);
    expect(execute(process.execPath, [module], folder())).toContain("step 1000: loss");
  });
});

describe("the examples", () => {
  const listed = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" });
  /** Programs: files of their own, and what folders with several begin with. */
  const examples = listed.filter((path) => /^[^/\\]+\.ts$|main\.ts$/.test(path));

  it("compile against it and run", () => {
    const folder = join(besidePeers, "examples");
    cpSync(join(ROOT, "examples"), folder, { recursive: true });
    // Fashion-MNIST.
    mkdirSync(join(besidePeers, "cli"));
    symlinkSync(join(ROOT, "cli", "data"), join(besidePeers, "cli", "data"), "junction");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: {
          types: ["node"],
          typeRoots: [join(ROOT, "node_modules", "@types")],
          // The package that was packed, not the sources.
          paths: {},
        },
        include: ["**/*.ts"],
      }),
    );
    expect(compile(folder)).toBe("");
    for (const example of examples) execute(bin("tsx"), [join(folder, example)]);
  });
});
