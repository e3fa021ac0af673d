/** Shows progress while runs are made: bars on a terminal, otherwise a line for each finished run. */
import { MultiBar, type SingleBar } from "cli-progress";
import { formatNumber } from "../../../charts/format.ts";
import { barStream, oneLine, type Terminal } from "../terminal.ts";
import type { Job, Outcome } from "./job.ts";
import type { PoolEvents } from "./pool.ts";

export interface Progress extends PoolEvents {
  /** Adds runs that will be made. */
  expect(jobs: readonly Job[], stepsEach: number): void;
  stop(): void;
}

export const silent: Progress = { expect() {}, progress() {}, done() {}, stop() {} };

const describe = ({ rule, lr, seed }: Job) => `${rule.label}, lr ${formatNumber(lr)}, seed ${seed}`;

/** Writes a line for each finished run. */
export function lineProgress(terminal: Terminal): Progress {
  let finished = 0;
  let expected = 0;
  return {
    ...silent,
    expect(jobs) {
      expected += jobs.length;
    },
    done({ job, curves }: Outcome) {
      finished += 1;
      const seconds = `${(curves.seconds.at(-1) ?? 0).toFixed(1)} s`;
      const result = curves.diverged
        ? `diverged after step ${curves.made}`
        : `loss ${formatNumber(curves.finalLoss!)}`;
      terminal.note(`[${finished}/${expected}] ${describe(job)}: ${result}, ${seconds}`);
    },
  };
}

/** A time such as "2 min 5 s". */
export function formatTimeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes === 0 ? `${whole} s` : `${minutes} min ${whole % 60} s`;
}

/** A bar and its counts. */
class Line {
  readonly #bar: SingleBar;
  #steps = 0;
  #total = 0;

  constructor(bars: MultiBar, name: string) {
    this.#bar = bars.create(1, 0, { name, detail: "" });
  }

  expect(steps: number): void {
    this.#total += steps;
    this.#bar.setTotal(this.#total);
  }

  advance(steps: number, detail: string): void {
    this.#steps += steps;
    this.#bar.update(this.#steps, { detail });
  }

  /** The remaining time in seconds, at the pace so far. */
  timeLeft(seconds: number): number {
    return this.#steps === 0 ? 0 : (seconds / this.#steps) * (this.#total - this.#steps);
  }
}

/** Draws a bar for each optimizer and one for all of them, with the remaining time. */
export function barProgress(
  labels: readonly string[],
  stream: NodeJS.WritableStream = barStream(),
): Progress {
  const bars = new MultiBar({
    stream,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    gracefulExit: false,
    clearOnComplete: true,
    barsize: 24,
    format: "{name} {bar} {detail}",
  });
  // Shows the cursor again, however the process ends.
  const stop = () => bars.stop();
  process.once("exit", stop);
  const names = labels.map(oneLine);
  const width = Math.max(...names.map((name) => name.length));
  const all = new Line(bars, "all".padEnd(width));
  const lines = new Map(labels.map((label, i) => [label, new Line(bars, names[i]!.padEnd(width))]));
  const running = new Map<Job, number>();
  const start = performance.now();
  let stepsEach = 0;

  const advance = (job: Job, step: number, detail: string) => {
    const gained = step - (running.get(job) ?? 0);
    running.set(job, step);
    lines.get(job.rule.label)!.advance(gained, detail);
    const left = all.timeLeft((performance.now() - start) / 1000);
    all.advance(gained, `${formatTimeLeft(left)} left`);
  };

  return {
    expect(jobs, steps) {
      stepsEach = steps;
      all.expect(jobs.length * steps);
      for (const { rule } of jobs) lines.get(rule.label)!.expect(steps);
    },
    progress: (job, step, loss) => advance(job, step, `loss ${formatNumber(loss)}`),
    done({ job, curves }) {
      // A run that diverged makes no more steps, so its share of the bar is filled.
      advance(
        job,
        stepsEach,
        curves.diverged ? "diverged" : `loss ${formatNumber(curves.finalLoss!)}`,
      );
      running.delete(job);
    },
    stop() {
      process.off("exit", stop);
      stop();
    },
  };
}
