// Builds dist, the library, and cli/dist, the command.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { optimizers } from "../src/optimizers/index.ts";
import { transforms } from "../src/transforms/index.ts";
import { bundleCommand } from "./bundle-command.ts";
import { bundleLibrary } from "./bundle-library.ts";
import { copyDeclarations } from "./declarations.ts";
import { documentOptions, type Factories } from "./documentOptions.ts";
import { faceForNode, precompile } from "./precompile.ts";
import { indentScripts } from "./tabs.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The folder of the compiled sources, one file for each module. */
const MODULES = join(ROOT, ".build");
const DIST = join(ROOT, "dist");
const COMMAND = join(ROOT, "cli", "dist");

/** The exported files of dist by name, each with the module that it is built from and that has its types. */
const entries = Object.fromEntries(
  Object.values(manifest.exports).flatMap((targets) =>
    typeof targets === "string"
      ? []
      : [
          [
            targets.default.replace(/^\.\/dist\/|\.js$/g, ""),
            targets.types.replace(/^\.\/dist\/types\/|\.d\.ts$/g, "").concat(".js"),
          ] as const,
        ],
  ),
);

function compile(): void {
  const compiler = fileURLToPath(import.meta.resolve("typescript/package.json"));
  const { status } = spawnSync(
    process.execPath,
    [join(dirname(compiler), "bin", "tsc"), "-p", "tsconfig.build.json"],
    { cwd: ROOT, stdio: "inherit" },
  );
  if (status !== 0) throw new Error("the TypeScript compiler found errors");
}

/** Bundles the code for the threads of a page, which look for it beside the file that starts them. */
async function bundleWorker(): Promise<void> {
  await build({
    entryPoints: [join(MODULES, "runtime", "threads", "gradusWorker.js")],
    outdir: DIST,
    bundle: true,
    format: "esm",
    target: "es2022",
  });
}

for (const folder of [MODULES, DIST, COMMAND]) rmSync(folder, { recursive: true, force: true });
compile();
precompile(MODULES);
const precompiled = "rule/planning/precompiled.js";
const nameOf = await bundleLibrary({ modules: MODULES, entries }, DIST, [
  [precompiled, "assembledModules"],
]);
writeFileSync(join(DIST, "node.js"), faceForNode(nameOf(precompiled, "assembledModules")));
await bundleWorker();
indentScripts(DIST);
documentOptions(join(MODULES, "optimizers"), optimizers as unknown as Factories);
documentOptions(join(MODULES, "transforms"), transforms as unknown as Factories);
copyDeclarations(
  MODULES,
  Object.values(entries).map((entry) => entry.replace(/\.js$/, ".d.ts")),
  join(DIST, "types"),
);
await bundleCommand(COMMAND);
