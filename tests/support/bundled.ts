/** A script and the library's worker as two files, for processes that would take longer to compile the sources than to run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The path of the bundle, which is there until the file's tests are done. */
export async function bundled(script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundled-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    absWorkingDir: ROOT,
    entryPoints: { script, worker: "src/runtime/threads/worker.js" },
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  return join(folder, "script.js");
}
