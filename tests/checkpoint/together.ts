/** Lets several processes begin, resume and save in one folder at the same time, and checks the files. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { checkpoints, loadCheckpoint } from "../../src/checkpoint/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { bundle, temporaryIn } from "./killing.ts";
import { elements, type Report, type Round } from "./participant.ts";
import { isWhole, makeOptimizer } from "./training.ts";

/** The most processes. */
const most = 5;

export interface Together {
  readonly rounds: number;
  readonly saved: number;
  /** Saves that were refused because another run had saved. */
  readonly refused: number;
  /** Reported checkpoints that were removed since, for newer ones. */
  readonly gone: number;
}

class Participant {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(script: string) {
    this.#child = fork(script, { execArgv: [] });
    this.#ended = once(this.#child, "exit").then(([code, signal]) => {
      throw new Error(`a process ended by itself: ${code ?? signal}`);
    });
    this.#ended.catch(() => undefined);
  }

  async play(round: Round): Promise<Report & { readonly pid: number }> {
    const answered = once(this.#child, "message") as Promise<[Report]>;
    this.#child.send(round);
    const [report] = await Promise.race([answered, this.#ended]);
    return { ...report, pid: this.#child.pid! };
  }

  end(): void {
    this.#child.kill();
  }
}

/** @throws Error if it is damaged, or is not the reported one */
function checkWhole(path: string, step: number, pid: number): void {
  const optimizer = makeOptimizer(elements);
  const { metadata } = loadCheckpoint(path, optimizer);
  const isRight = optimizer.steps === step && isWhole(optimizer) && metadata["who"] === pid;
  optimizer.dispose();
  if (!isRight) throw new Error(`${path}: it is not what process ${pid} reported`);
}

const numberOf = (path: string): number => Number(basename(path).split("-")[0]);

/** @returns how many reported checkpoints are gone; each must have been replaced by as many newer ones as are kept */
function check({ folder, keep }: Round, reports: readonly (Report & { pid: number })[]): number {
  const faults = reports.flatMap((each) => each.faults);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const saved = reports.flatMap((each) => each.saved.map((one) => ({ ...one, pid: each.pid })));
  if (saved.length === 0) throw new Error("nobody has saved");
  if (new Set(saved.map(({ path }) => path)).size < saved.length) {
    throw new Error("two have saved under one name");
  }
  if (temporaryIn(folder).length > 0) throw new Error(`it has ${temporaryIn(folder)}`);
  const there = saved.filter(({ path }) => existsSync(path));
  for (const { path, step, pid } of there) checkWhole(path, step, pid);
  for (const { path } of saved.filter((each) => !there.includes(each))) {
    const newer = there.filter((each) => numberOf(each.path) > numberOf(path));
    if (keep === "all" || newer.length < keep) throw new Error(`${path}: it is gone`);
  }
  const optimizer = makeOptimizer(elements);
  const { damaged } = checkpoints(folder).resume(optimizer)!;
  optimizer.dispose();
  if (damaged.length > 0) throw damaged[0];
  return saved.length - there.length;
}

/**
 * Plays so many rounds, each with two to five processes.
 * @throws Error if a reported checkpoint is missing or damaged
 */
export async function saveTogether(root: string, rounds: number, seed: number): Promise<Together> {
  const script = await bundle(root, `import { takePart } from "./participant.ts"; takePart();`);
  const participants = Array.from({ length: most }, () => new Participant(script));
  const random = createRandom(seed);
  let [saved, refused, gone] = [0, 0, 0];
  try {
    for (let index = 0; index < rounds; index++) {
      const folder = join(root, `round ${index}`);
      // Sometimes the processes have to create it.
      if (random.integer(4) > 0) mkdirSync(folder);
      const keep = ([1, 2, "all"] as const)[random.integer(3)]!;
      const shared = { folder, keep, saves: 1 + random.integer(6), links: random.integer(3) > 0 };
      const playing = participants.slice(0, 2 + random.integer(most - 1));
      const reports = await Promise.all(
        playing.map((each) => {
          const late = random.integer(2) === 0 ? 0 : 5 * random.uniform();
          return each.play({ ...shared, late });
        }),
      );
      gone += check({ ...shared, late: 0 }, reports);
      saved += reports.reduce((sum, each) => sum + each.saved.length, 0);
      refused += reports.reduce((sum, each) => sum + each.refused, 0);
      rmSync(folder, { recursive: true });
    }
  } finally {
    for (const each of participants) each.end();
  }
  return { rounds, saved, refused, gone };
}
