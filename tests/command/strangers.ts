/** Runs the command among other people's files, which must stay for any arguments and at any kill. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { found } from "../../cli/src/own-files.ts";
import { createRandom, type Random } from "../../src/tasks/random.ts";
import { chance, isFolder, type Models, Planting, pick } from "./planting.ts";
import { type Ended, start } from "./running.ts";

const bowl = fileURLToPath(new URL("./tasks/bowl.mjs", import.meta.url));

/** Lets the command make a file of each kind. */
export async function makeModels(folder: string): Promise<Models> {
  const sweep = ["--sweep", "--record", "record.json", "--out", "report.html", "--seeds", "1"];
  const small = ["--steps", "3", "--quiet"];
  for (const words of [
    ["compare", bowl, "--optimizers", "sgd", ...sweep, ...small],
    ["train", bowl, "--folder", "trained", ...small],
  ]) {
    const { code, stderr } = await start(words, folder).ended;
    if (code !== 0) throw new Error(stderr);
  }
  const at = (name: string) => join(folder, name);
  return {
    ...{ report: at("report.html"), comparison: at("report.json"), record: at("record.json") },
    weights: at("trained/weights.safetensors"),
  };
}

const names = [
  ...["results", "a b", "line\nbreak", "tab\there", "ünï", "it's", "x.y", "$HOME", "a;b", "#1"],
  ...["run", "\u001b[2J", "..dots"],
];

/** Consecutive calls of the command, and paths to wait for before a kill. */
interface Calls {
  readonly words: readonly (readonly string[])[];
  readonly marks: readonly string[];
}

function comparing(random: Random, planting: Planting): Calls {
  const name = pick(random, names);
  const folder = join(planting.root, pick(random, ["", "", "deep", "deep/er"]));
  const [html, json, run] = ["html", "json", "run"].map((end) => join(folder, `${name}.${end}`));
  const record = pick(random, [join(folder, "rates.json"), json!, join(run!, "rates.json"), html!]);
  const recorded = chance(random, 0.4);
  const share = pick(random, [0, 0.3, 0.6]);
  planting.plant(html!, share, "report");
  planting.plant(json!, share, "comparison");
  planting.plant(run!, share / 2);
  planting.plant(record, share, "record");
  planting.plant(join(folder, "neighbour"), 0.5);
  const task = [
    "compare",
    bowl,
    "--optimizers",
    "sgd",
    "--seeds",
    "2",
    "--steps",
    "2",
    "--jobs",
    "1",
  ];
  const more = recorded ? ["--sweep", "--record", record] : [];
  const words = [...task, ...more, ...(chance(random, 0.9) ? ["--out", html!] : [])];
  const again = [
    ...["compare", "--resume", run!, "--task", bowl],
    ...(chance(random, 0.6) ? ["--out", html!] : []),
    ...(recorded ? ["--record", record] : []),
  ];
  return {
    words: [words, pick(random, [words, again])],
    marks: [
      run!,
      join(run!, "lock.json"),
      join(run!, "run.json"),
      join(run!, "runs.jsonl"),
      html!,
      json!,
    ],
  };
}

function training(random: Random, planting: Planting): Calls {
  const folder = join(planting.root, pick(random, names));
  const at = (name: string) => join(folder, name);
  const share = pick(random, [0, 0.1, 0.3]);
  planting.plant(folder, share);
  for (const name of ["weights.safetensors", "run.json", "lock.json", "checkpoints", "notes.txt"]) {
    planting.plant(at(name), share / 3, "weights");
  }
  planting.plant(join(planting.root, "neighbour"), 0.5);
  const task = ["train", bowl, "--steps", "6", "--checkpoint-every", "2", "--keep", "1"];
  const words = [...task, "--folder", folder];
  const again = ["train", "--resume", folder, "--task", bowl];
  return {
    words: [words, pick(random, [words, again])],
    marks: [
      folder,
      at("lock.json"),
      at("run.json"),
      at("checkpoints"),
      at("report.html"),
      at("weights.safetensors"),
    ],
  };
}

/** A data folder; all is written into it or beside it. */
function withData(random: Random, planting: Planting): Calls {
  const data = join(planting.root, pick(random, names));
  mkdirSync(data);
  for (const [i, name] of ["en.txt", "de.txt"].entries()) {
    const list = Array.from(
      { length: 40 },
      (_, j) => `${"ab"[i]}${j.toString(26).replaceAll(/\d/g, (d) => "ghijklmnop"[Number(d)]!)}`,
    );
    writeFileSync(join(data, name), list.join("\n"));
  }
  planting.plant(join(data, "results.run"), 0.2);
  const small = ["--data", data, "--steps", "2", "--batch", "4"];
  const folder = pick(random, [data, join(data, "run"), join(data, "en.txt")]);
  const words = pick(random, [
    ["train", "words-sparse", ...small, "--folder", folder],
    [
      "compare",
      "words-sparse",
      "--optimizers",
      "sgd",
      "--seeds",
      "1",
      "--jobs",
      "1",
      ...small,
      "--out",
      join(data, "results.html"),
    ],
  ]);
  return {
    words: [words],
    marks: [
      folder,
      join(folder, "run.json"),
      join(data, "results.run"),
      join(data, "results.html"),
    ],
  };
}

/** Ends a run soon after a path appeared, or after a while. @returns whether it was killed */
async function killSoon(
  running: ReturnType<typeof start>,
  mark: string,
  wait: number,
): Promise<boolean> {
  let ended = false;
  void running.ended.then(() => {
    ended = true;
  });
  const before = found(mark)?.mtimeMs;
  while (!ended && found(mark)?.mtimeMs === before) await setTimeout(2);
  await setTimeout(wait);
  running.process.kill("SIGKILL");
  return (await running.ended).code === null;
}

export interface Result {
  /** What is wrong; undefined if nothing is. */
  readonly problem: string | undefined;
  readonly kills: number;
  /** The exit codes of runs that ended by themselves. */
  readonly codes: readonly number[];
}

/** Signs of a raw error, which no message may contain. */
const raw =
  /\b(TypeError|RangeError|ReferenceError|SyntaxError|ENOENT: no such file .* (un)?link)\b/;

/** One case: trees, and one or two calls among them. */
export async function tryAmongStrangers(seed: number, models: Models): Promise<Result> {
  const random = createRandom(seed);
  const planting = new Planting(random, models);
  const make = pick(random, [comparing, comparing, training, training, withData]);
  const { words, marks } = make(random, planting);
  planting.remember();
  let kills = 0;
  const codes: number[] = [];
  let problem: string | undefined;
  for (const [i, call] of words.entries()) {
    const running = start(call, planting.root);
    const mark = chance(random, 0.5) ? pick(random, marks) : undefined;
    const killed = mark !== undefined && (await killSoon(running, mark, 30 * random.uniform()));
    const ended: Ended = await running.ended;
    if (killed) kills += 1;
    else codes.push(ended.code!);
    const said = raw.test(ended.stderr) ? `it said ${ended.stderr}` : undefined;
    problem ??= planting.problem() ?? said;
    if (problem !== undefined) {
      problem = `seed ${seed}, call ${i + 1} of ${JSON.stringify(call)}: ${problem}`;
      break;
    }
    if (i === 0) plantLater(planting, marks);
  }
  if (problem === undefined) rmSync(planting.root, { recursive: true });
  return { problem, kills, codes };
}

/** Plants more beside the first call's files, before the second call. */
function plantLater(planting: Planting, marks: readonly string[]): void {
  const made = new Set(
    readdirSync(planting.root, { recursive: true }).map((name) => join(planting.root, `${name}`)),
  );
  const [folder] = marks;
  if (isFolder(folder!)) {
    planting.plant(join(folder!, "notes.txt"), 0.5);
    planting.plant(join(folder!, "rates"), 0.3);
    planting.plant(join(folder!, "weights.safetensors"), 0.2, "weights");
    planting.plant(join(folder!, "checkpoints", "best.txt"), 0.2);
    planting.plant(join(folder!, "report.html"), 0.2, "report");
  }
  planting.remember((path) => made.has(resolve(path)));
}

/** Runs so many cases, several at once. @throws Error at the first broken promise */
export async function tryMany(
  count: number,
  seed: number,
  atOnce: number,
): Promise<{ readonly calls: number; readonly kills: number; readonly refused: number }> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-models-"));
  const models = await makeModels(folder);
  let [next, calls, kills, refused] = [0, 0, 0, 0];
  const lane = async () => {
    while (calls < count) {
      const result = await tryAmongStrangers(seed * 1_000_000 + next++, models);
      if (result.problem !== undefined) throw new Error(result.problem);
      calls += result.kills + result.codes.length;
      kills += result.kills;
      refused += result.codes.filter((code) => code !== 0).length;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  rmSync(folder, { recursive: true });
  return { calls, kills, refused };
}
