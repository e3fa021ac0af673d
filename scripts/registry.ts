/**
 * Writes the registries src/optimizers/index.ts and src/transforms/index.ts from the files beside them: a file is named after its
 * export. Run by `npm run build` and `npm test`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const summaries = {
  optimizer:
    "Every optimizer, by itself and by name: the ones of `gradus`, for whoever needs nothing else.",
  transform: "Every transform, by itself and by name: what stands in a chain with an optimizer.",
};

function registryOf(kind: "optimizer" | "transform", names: readonly string[]): string {
  const types = names.map((name) => `  readonly ${name}: typeof ${name};`);
  const list = names.join(",\n  ");
  return [
    "/**",
    ` * ${summaries[kind]}`,
    " *",
    " * @packageDocumentation",
    " */",
    "",
    "// Written by scripts/registry.ts from the files in this folder.",
    ...names.map((name) => `import { ${name} } from "./${name}.ts";`),
    "",
    ...names.map((name) => `export * from "./${name}.ts";`),
    "",
    `/** Every ${kind} by name. */`,
    // The type is written out, because the compiler would otherwise repeat all of each type in the declarations.
    `export const ${kind}s: {\n${types.join("\n")}\n} = {\n  ${list},\n};`,
    "",
  ].join("\n");
}

for (const kind of ["optimizer", "transform"] as const) {
  const folder = new URL(`../src/${kind}s/`, import.meta.url);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts" && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length))
    // In the linter's order.
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const path = new URL("index.ts", folder);
  const text = registryOf(kind, names);
  if (readFileSync(path, "utf8") !== text) {
    writeFileSync(path, text);
  }
}
