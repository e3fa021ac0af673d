/** Bundles a script with its imports into one file, because to compile the sources would take longer than to run it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The path of the bundle, which exists until the file's tests are done. */
export async function bundled(script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundled-"));
  const file = join(folder, "script.mjs");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints: [script],
    outfile: file,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    logLevel: "error",
  });
  return file;
}
