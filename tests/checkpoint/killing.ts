/** Kills trainings at random moments, and checks the files that they leave. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { checkpoints, loadCheckpoint } from "../../src/checkpoint/index.ts";
import { isWhole, makeOptimizer } from "./training.ts";

/** The files after a kill. */
interface Kill {
  readonly step: number;
  /** Whether the kill interrupted a write. */
  readonly whileWriting: boolean;
}

/** Bundles a module of this folder and a call into a script for any Node. @returns its path */
export async function bundle(folder: string, contents: string): Promise<string> {
  const script = join(folder, "script.mjs");
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile: script,
  });
  return script;
}

export const bundleTraining = (folder: string): Promise<string> =>
  bundle(folder, `import { run } from "./training.ts"; run(process.argv[2], process.argv[3]);`);

export const temporaryIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".tmp"));

/** Runs a training, and kills it at a random moment after its first save. */
async function killOne(words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await setTimeout(30 * Math.random());
  child.kill("SIGKILL");
  const [code, signal] = await ended;
  // If it had ended by itself, nothing would be tested.
  if (signal !== "SIGKILL") throw new Error(`it ended by itself: ${code ?? signal}`);
}

/**
 * Kills one training after the other; each resumes from the files of the previous one.
 * @throws Error if a file is damaged, or the training does not resume
 */
export async function killRepeatedly(
  script: string,
  kind: string,
  path: string,
  count: number,
): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  for (let kill = 0; kill < count; kill++) {
    await killOne([script, kind, path, ...(kill > 0 ? ["resume"] : [])]);
    const optimizer = makeOptimizer();
    if (kind === "folder") {
      const { damaged } = checkpoints(path).resume(optimizer)!;
      if (damaged.length > 0) throw damaged[0];
    } else {
      loadCheckpoint(path, optimizer);
    }
    const left = temporaryIn(kind === "folder" ? path : dirname(path));
    if (!isWhole(optimizer)) throw new Error(`kill ${kill}: it is of more than one step`);
    if (optimizer.steps <= (kills.at(-1)?.step ?? 0)) throw new Error(`kill ${kill}: it went back`);
    // Each training removes the unfinished files of the previous one.
    if (left.length > 1) throw new Error(`kill ${kill}: there are ${left.join(", ")}`);
    kills.push({ step: optimizer.steps, whileWriting: left.length === 1 });
    optimizer.dispose();
  }
  return kills;
}
