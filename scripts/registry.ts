/**
 * Writes the registries src/optimizers/index.ts and src/transforms/index.ts from the files that lie
 * beside them: a file is named after what it exports. Run by `npm run build` and `npm test`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

function registryOf(kind: "optimizer" | "transform", names: readonly string[]): string {
  const list = names.join(",\n  ");
  return [
    "// Written by scripts/registry.ts from the files in this folder.",
    ...names.map((name) => `import { ${name} } from "./${name}.ts";`),
    "",
    ...names.map((name) => `export * from "./${name}.ts";`),
    "",
    `/** Every ${kind} by name. */`,
    `export const ${kind}s = {\n  ${list},\n} as const;`,
    "",
  ].join("\n");
}

for (const kind of ["optimizer", "transform"] as const) {
  const folder = new URL(`../src/${kind}s/`, import.meta.url);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts" && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length))
    // As the linter sorts them.
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const path = new URL("index.ts", folder);
  const text = registryOf(kind, names);
  if (readFileSync(path, "utf8") !== text) {
    writeFileSync(path, text);
  }
}
