// Kills runs of the built command at random moments, again and again, and compares their results with those of uninterrupted
// runs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createRandom } from "../../src/tasks/random.ts";
import { start as startRun } from "../../tests/command/running.ts";
import { killRepeatedly, outcomeOf } from "../../tests/command/runs.ts";
import { check, type Part, secondsSince } from "./part.ts";

/** Runs of the command that take some seconds. */
export const cases = [
  { task: "fashion-mlp", optimizer: "adam", steps: 600 },
  { task: "fashion-logistic", optimizer: "sgd(momentum=0.9)", steps: 3000 },
  { task: "fashion-mlp", optimizer: "clipByGlobalNorm(1)+adamw+ema", steps: 600 },
  { task: "words-sparse", optimizer: "scheduleFreeAdamw", steps: 400 },
];

type Outcome = ReturnType<typeof outcomeOf>;

export const runPart: Part = {
  name: "runs",
  async run({ kills: wanted, seed }, tell) {
    const start = performance.now();
    const cwd = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    const random = createRandom(seed);
    // Sometimes at once, so that starts are hit, too.
    const delay = () => (random.uniform() < 0.2 ? 400 : 2500) * random.uniform();
    const wholes = new Map<string, Outcome>();
    let [kills, runs] = [0, 0];
    for (; kills < wanted; runs++) {
      const key = `whole-${runs % cases.length}`;
      const words = wordsOf(cases[runs % cases.length]!);
      if (!wholes.has(key)) {
        const { code, stderr } = await startRun(words(key), cwd).ended;
        check(code === 0, stderr);
        wholes.set(key, outcomeOf(join(cwd, key)));
      }
      const name = `killed-${runs}`;
      let left = Math.min(10, wanted - kills);
      const next = () => (left-- > 0 ? delay() : undefined);
      const resume = ["train", "--resume", name, "--quiet"];
      const result = await killRepeatedly(words(name), resume, cwd, name, next);
      check(result.ended.code === 0, result.ended.stderr);
      const same = isDeepStrictEqual(outcomeOf(join(cwd, name)), wholes.get(key));
      check(same, `${name} came to something else (seed ${seed})`);
      kills += result.kills;
      rmSync(join(cwd, name), { recursive: true });
    }
    rmSync(cwd, { recursive: true });
    tell({
      what: "kill -9 of `gradus train` at any moment, and then `--resume`",
      times: kills,
      figures: `${runs} runs of ${cases.length} kinds ended with the weights, state and report of uninterrupted runs, bit for bit; ${secondsSince(start)}`,
    });
  },
};

/** @returns the words of a command line for a case, by its folder; without `--quiet`, so that notes are printed */
export const wordsOf =
  ({ task, optimizer, steps }: (typeof cases)[number]) =>
  (folder: string) => [
    ...["train", task, "--optimizer", optimizer, "--steps", `${steps}`],
    ...["--checkpoint-every", "20", "--lr", "0.01", "--folder", folder],
  ];
