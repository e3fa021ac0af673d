// Runs of the built command that are killed at random moments, again and again: what they come to is compared with
// uninterrupted runs. tsx scripts/torture-runs.ts [kills]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createRandom } from "../src/tasks/random.ts";
import { start } from "../tests/command/running.ts";
import { killRepeatedly, outcomeOf } from "../tests/command/runs.ts";

const wanted = Number(process.argv[2] ?? 100);
const seed = Number(process.env["GRADUS_SEED"] ?? 1);

const cases = [
  { task: "fashion-mlp", optimizer: "adam", steps: 600 },
  { task: "fashion-logistic", optimizer: "sgd(momentum=0.9)", steps: 3000 },
  { task: "fashion-mlp", optimizer: "clipByGlobalNorm(1)+adamw+ema", steps: 600 },
  { task: "words-sparse", optimizer: "scheduleFreeAdamw", steps: 400 },
];

const cwd = mkdtempSync(join(tmpdir(), "gradus-torture-"));
const random = createRandom(seed);
let [kills, runs, different] = [0, 0, 0];
const wholes = new Map<string, ReturnType<typeof outcomeOf>>();
while (kills < wanted) {
  const { task, optimizer, steps } = cases[runs % cases.length]!;
  const words = (folder: string) => [
    ...["train", task, "--optimizer", optimizer, "--steps", `${steps}`],
    ...["--checkpoint-every", "20", "--lr", "0.01", "--quiet", "--folder", folder],
  ];
  const key = `whole-${runs % cases.length}`;
  if (!wholes.has(key)) {
    const { code, stderr } = await start(words(key), cwd).ended;
    if (code !== 0) throw new Error(stderr);
    wholes.set(key, outcomeOf(join(cwd, key)));
  }
  const name = `killed-${runs}`;
  const resume = ["train", "--resume", name, "--quiet"];
  // Now and then at once, so that starts are hit as well.
  const delay = () => (random.uniform() < 0.2 ? 400 : 2500) * random.uniform();
  const most = Math.min(10, wanted - kills);
  let left = most;
  const result = await killRepeatedly(words(name), resume, cwd, name, () =>
    left-- > 0 ? delay() : undefined,
  );
  if (result.ended.code !== 0) throw new Error(result.ended.stderr);
  const same = isDeepStrictEqual(outcomeOf(join(cwd, name)), wholes.get(key));
  kills += result.kills;
  runs += 1;
  different += same ? 0 : 1;
  console.error(`${task}, ${optimizer}: ${result.kills} kills, ${same ? "the same" : "DIFFERENT"}`);
  rmSync(join(cwd, name), { recursive: true });
}
rmSync(cwd, { recursive: true });
console.log(JSON.stringify({ kills, runs, different }));
process.exitCode = different > 0 ? 1 : 0;
