/** Two to five processes that want one folder at once; some are killed, and some are slow at the worst moment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** A process may be suspended before each of the calls that make up a lock. */
const pauses = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
for (const name of ["linkSync", "renameSync", "rmSync", "lstatSync"]) {
  const real = fs[name];
  fs[name] = (...words) => {
    if (Math.random() < 0.15) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * Math.random());
    return real(...words);
  };
}
syncBuiltinESMExports();
const { own } = await import("./owner.mjs");
await own(...process.argv.slice(2));
`;

export interface Rounds {
  readonly processes: number;
  /** How many times one owned the folder. */
  readonly owned: number;
  readonly kills: number;
}

/**
 * @param rounds of two to five processes each, in one folder after the other
 * @throws Error if there are two owners, or if nobody can take a folder any more
 */
export async function contend(rounds: number): Promise<Rounds> {
  const root = mkdtempSync(join(tmpdir(), "gradus-owners-"));
  await build({
    entryPoints: [join(import.meta.dirname, "owner.ts")],
    ...{ bundle: true, format: "esm", platform: "node", outfile: join(root, "owner.mjs") },
  });
  const script = join(root, "script.mjs");
  writeFileSync(script, pauses);
  const [claimed, faults] = [join(root, "claimed"), join(root, "faults")];
  let [processes, owned, kills] = [0, 0, 0];
  const one = async (folder: string, ...ends: readonly string[]) => {
    const child = spawn(process.execPath, [script, folder, claimed, faults, ...ends], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.on("data", (text: Buffer) => {
      owned += text.length;
    });
    const [, signal] = await once(child, "close");
    processes += 1;
    if (signal === "SIGKILL") kills += 1;
  };
  for (let round = 0; round < rounds; round++) {
    // Later rounds find the leftovers of killed processes.
    const folder = join(root, `run-${round >> 3}`);
    mkdirSync(folder, { recursive: true });
    const others = Array.from({ length: 1 + (round % 4) }, () => one(folder));
    await Promise.all([one(folder, "ends"), ...others]);
    if (existsSync(faults)) throw new Error(`round ${round}: ${readFileSync(faults, "utf8")}`);
    // Each owner removes the leftovers of its predecessors.
    const left = readdirSync(folder);
    if (left.length > 30) throw new Error(`round ${round}: ${left.join(", ")} were left`);
  }
  rmSync(root, { recursive: true });
  return { processes, owned, kills };
}
