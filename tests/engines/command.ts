/** Asks engines with a command line: Node, Bun and Deno. */
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Build, bundle } from "./bundle.ts";
import type { Engine } from "./engine.ts";

/** @param words arguments before the program's path */
export async function commandEngine(
  label: string,
  path: string,
  build: Build,
  words: readonly string[] = [],
): Promise<Engine> {
  // Within the checkout, because Deno does not find the package's files elsewhere.
  const program = join(import.meta.dirname, `.${label}-${build}-${process.pid}.mjs`);
  writeFileSync(program, await bundle("command", build));
  return {
    async ask(question, argument = null, { workers = 0 } = {}) {
      const child = spawn(path, [...words, program], { stdio: ["pipe", "pipe", "pipe"] });
      child.stdin.end(JSON.stringify({ question, argument, workers }));
      const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
      const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if ((await closed) !== 0) throw new Error(`${label}: ${errors}`);
      return JSON.parse(output);
    },
    close: async () => rmSync(program, { force: true }),
  };
}
