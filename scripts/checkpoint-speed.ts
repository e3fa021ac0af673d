// Measures the time to save and load a gigabyte, compared with `cp` and fsync of such a file, and the memory.
// tsx scripts/checkpoint-speed.ts [folder] [gigabytes] [rounds]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCheckpoint, saveCheckpoint } from "../src/checkpoint/index.ts";
import { adam, optimize, parameters } from "../src/index.ts";
import { createRandom } from "../src/tasks/random.ts";

const [parent = tmpdir(), gigabytes = "1", rounds = "16"] = process.argv.slice(2);
const folder = mkdtempSync(join(parent, "gradus-speed-"));
const [path, copy] = [join(folder, "run.safetensors"), join(folder, "copy")];

// Adam has two values of state for each parameter, of 4 bytes each.
const length = Math.round((Number(gigabytes) * 2 ** 30) / 12 / 2);
const net = parameters({ w: [length], b: [length] });
const random = createRandom(1);
for (const { data } of [net.w, net.b]) {
  for (let i = 0; i < data.length; i++) data[i] = random.uniform();
}
const optimizer = optimize(net, adam(), { threads: 1 });
optimizer.gradients.w.set(net.b.data);
optimizer.gradients.b.set(net.w.data);
optimizer.step();

function time(act: () => void): number {
  const start = performance.now();
  act();
  return (performance.now() - start) / 1000;
}

/** The peak memory of this process in megabytes; only Linux reports it. */
function peak(): number {
  const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))!;
  return Number(kilobytes) / 1000;
}

const remove = () => {
  rmSync(copy, { force: true });
  execFileSync("sync");
};
const acts = {
  cp: () => void execFileSync("sh", ["-c", 'cp "$0" "$1" && sync "$1"', path, copy]),
  save: () => saveCheckpoint(copy, optimizer),
  load: () => void loadCheckpoint(path, optimizer),
};
const times: Record<keyof typeof acts, number[]> = { cp: [], save: [], load: [] };

try {
  const before = peak();
  saveCheckpoint(path, optimizer);
  loadCheckpoint(path, optimizer);
  console.log(
    `${statSync(path).size} bytes; ${(peak() - before).toFixed(0)} MB more memory at most`,
  );
  for (let round = 0; round < Number(rounds); round++) {
    const names = Object.keys(acts) as (keyof typeof acts)[];
    for (const [turn] of names.entries()) {
      const name = names[(turn + round) % names.length]!;
      times[name].push(time(acts[name]));
      remove();
    }
  }
  // On a virtual machine each of them may have to wait three seconds or more until the host provides memory for the cache. The
  // faster quarter did not have to.
  const quartile = (name: keyof typeof acts) =>
    times[name].toSorted((a, b) => a - b)[times[name].length >> 2]!;
  for (const name of Object.keys(acts) as (keyof typeof acts)[]) {
    const speed = (quartile("cp") / quartile(name)).toFixed(2);
    const all = times[name].map((each) => each.toFixed(2)).join(" ");
    console.log(
      `${name}: ${quartile(name).toFixed(2)} s (first quartile), ${speed} of the speed of cp and fsync; ${all}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
