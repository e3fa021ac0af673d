/** An operator that a backend gives no meaning does not compile. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gradus-operators-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isTest = (path: string): boolean => /\.test\.ts$|__snapshots__/.test(path);

/** What the compiler finds in the language and its compilers, by file. */
function problems(): string[] {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { noEmit: true, types: [], paths: {} },
      include: ["compilers"],
    }),
  );
  const { stdout } = spawnSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", folder], {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return [...new Set([...stdout.matchAll(/^(\S+)\(.*error/gm)].map(([, file]) => file!))].sort();
}

test("in WebAssembly and WGSL each has code, or the records are incomplete", () => {
  for (const part of [
    "compilers",
    "rule",
    "numbers",
    "feature.ts",
    "legible.ts",
    "suggest.ts",
    "tag.ts",
  ]) {
    cpSync(join(ROOT, "src", part), join(folder, part), {
      recursive: true,
      filter: (path) => !isTest(path),
    });
  }
  expect(problems()).toEqual([]);
  const file = join(folder, "rule", "graph", "operators.ts");
  const text = readFileSync(file, "utf8");
  const more = "  cbrt: unary((v, to, a) => void (v[to] = Math.cbrt(v[a]!))),\n";
  writeFileSync(file, text.replace(/(?=^ {2}floor: unary)/m, more));
  expect(problems()).toEqual(["compilers/wasm/operators.ts", "compilers/wgsl/operators.ts"]);
});
