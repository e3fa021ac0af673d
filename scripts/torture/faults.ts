// Threads that die, and memory that cannot be allocated.
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { adam, OutOfMemoryError, optimize, parameters, ThreadError } from "../../src/index.ts";
import { breakWorkers } from "../../tests/support/brokenWorkers.ts";
import { check, type Finding, type Part } from "./part.ts";

type Tell = (finding: Finding) => void;

const entry = new URL("../../src/index.ts", import.meta.url).href;

/** Makes steps until a thread has taken part; returns the outcome and the seconds. */
async function lose(kernel: string): Promise<{ message: string; seconds: number }> {
  const restore = breakWorkers(kernel);
  using optimizer = optimize(parameters({ w: [1_000_000] }), adam(), { threads: 2 });
  optimizer.gradients.w.fill(1);
  try {
    for (let step = 0; step < 2000; step++) {
      const start = performance.now();
      try {
        optimizer.step();
      } catch (error) {
        check(error instanceof ThreadError, String(error));
        const seconds = (performance.now() - start) / 1000;
        // The caller's thread makes all further steps.
        for (let more = 0; more < 10; more++) optimizer.step();
        check(optimizer.threads === 1, "a lost thread still counts");
        return { message: (error as Error).message, seconds };
      }
      await sleep(2);
    }
    throw new Error("no thread took part");
  } finally {
    restore();
  }
}

async function threads(tell: Tell): Promise<void> {
  const kinds = {
    "a thread whose kernel traps": "throw new RangeError('out of memory')",
    "a thread that is gone in the middle of a step": "process.exit(1)",
  };
  for (const [what, kernel] of Object.entries(kinds)) {
    const { message, seconds } = await lose(kernel);
    tell({
      what,
      times: 1,
      figures: `"${message}" after ${seconds.toFixed(1)} s; steps after it are made by the caller's thread`,
    });
  }
}

/** Runs in a process with a limited address space. */
function memory(tell: Tell): void {
  const script = `
    import { adam, optimize, OutOfMemoryError, parameters } from ${JSON.stringify(entry)};
    const small = optimize(parameters({ w: [1000] }), adam(), { threads: 1 });
    small.gradients.w.fill(1);
    const before = process.memoryUsage().arrayBuffers;
    const held = [];
    let refused = 0;
    for (let i = 0; i < 40; i++) {
      try {
        held.push(parameters({ w: [2 ** 28] }));
      } catch (error) {
        if (!(error instanceof OutOfMemoryError)) throw error;
        refused += 1;
        var message = error.message;
      }
    }
    small.step();
    if (Math.abs(small.parameters.w.data[0] + 0.001) > 1e-6) throw new Error("the others did not go on");
    console.log(JSON.stringify({ held: held.length, refused, message }));`;
  const words = ["--import", "tsx", "--input-type=module", "--eval", script];
  const root = fileURLToPath(new URL("../..", import.meta.url));
  // The address space in KiB: V8 reserves tens of GiB for itself and for each memory.
  const limited =
    process.platform === "win32" ? [] : ["-c", 'ulimit -v "$0"; exec "$@"', "60000000"];
  const [program, before] =
    limited.length > 0 ? ["sh", [...limited, process.execPath]] : [process.execPath, []];
  const { stdout, stderr, status } = spawnSync(program, [...before, ...words], {
    encoding: "utf8",
    cwd: root,
  });
  check(status === 0, stderr);
  const { held, refused, message } = JSON.parse(stdout);
  check(refused > 0, "memory was never refused");
  tell({
    what: "more memory than there is (a limit of 57 GiB of addresses, parameters of 1 GiB each)",
    times: refused,
    figures: `"${message}" after ${held} GiB; existing optimizers continue to work`,
  });
  try {
    parameters({ w: [2 ** 31] });
    check(false, "8 GiB in one array were not refused");
  } catch (error) {
    check(error instanceof OutOfMemoryError, String(error));
  }
}

export const faultPart: Part = {
  name: "faults",
  async run(_, tell) {
    await threads(tell);
    memory(tell);
  },
};
