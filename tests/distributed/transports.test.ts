/** Every transport passes the suite of communicators, and refuses ranks that do not make the same calls. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Communicator,
  inProcess,
  RankError,
  runThreads,
} from "../../src/distributed/index.ts";
import { oneRank } from "../../src/distributed/oneRank.ts";
import { type Implementation, implementations, startRanks } from "./mpirun.ts";
import { bundleProgram } from "./programs.ts";
import { checkNames, runSuite } from "./suite.ts";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-ranks-"));
  script = await bundleProgram(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder for what ranks say, and what they have said in it. */
function hearing(ranks: number): { folder: string; said: () => unknown[] } {
  const own = mkdtempSync(join(folder, "said-"));
  const read = (rank: number) => JSON.parse(readFileSync(join(own, `${rank}.json`), "utf8"));
  return { folder: own, said: () => Array.from({ length: ranks }, (_, rank) => read(rank)) };
}

const forAll = <T>(size: number, act: (ranks: Communicator) => Promise<T>): Promise<T[]> =>
  Promise.all(inProcess(size).map(act));

/** No message is too long for a queue: around the size up to which arrays go whole. */
const queued = { long: 1501, large: 20_001 };

describe("ranks in one thread", () => {
  it.each([1, 2, 3, 4, 5, 7])("%i pass the suite", async (size) => {
    expect(await forAll(size, (ranks) => runSuite(ranks, queued))).toEqual(
      Array(size).fill(checkNames),
    );
  });

  it("are refused where they make different calls", async () => {
    const outcomes = await forAll(3, (ranks) =>
      ranks.rank === 2
        ? Promise.allSettled([ranks.allReduce(new Float32Array(5), "sum")])
        : Promise.allSettled([ranks.allReduce(new Float32Array(4), "sum")]),
    );
    expect(String((outcomes[0]![0] as PromiseRejectedResult).reason)).toBe(
      "CommunicatorError: all ranks must make the same calls in the same order, but rank 0 calls allReduce(4 float32, sum), and rank 2 calls allReduce(5 float32, sum)",
    );
    expect(outcomes.map(([each]) => each!.status)).toEqual(Array(3).fill("rejected"));
  });

  it("end together, by the sentence of who ends them", async () => {
    const sentence = "rank 1 of 3 ends the run: nothing works";
    const ends = forAll(3, async (ranks) => {
      if (ranks.rank === 1) ranks.abort("nothing works");
      await ranks.barrier();
    });
    await expect(ends).rejects.toThrow(new RankError(1, sentence));
  });

  it("do one operation after the other, however they are called", async () => {
    const sums = await forAll(3, async (ranks) => {
      const arrays = Array.from({ length: 5 }, (_, i) =>
        new Float32Array(3000).fill(i + ranks.rank),
      );
      await Promise.all(arrays.map((array) => ranks.allReduce(array, "sum")));
      return arrays.map((array) => array[2999]);
    });
    expect(sums).toEqual(Array(3).fill([3, 6, 9, 12, 15]));
  });
});

it("a run of one rank passes the suite", async () => {
  expect(await runSuite(oneRank())).toEqual(checkNames);
});

describe("ranks in threads", () => {
  it.each([1, 2, 3, 4, 5, 7])("%i pass the suite", async (size) => {
    const { folder, said } = hearing(size);
    await runThreads(script, size, { argv: ["suite", folder] });
    expect(said()).toEqual(Array(size).fill({ transport: "threads", size, passed: checkNames }));
  });

  it.each([
    ["throws", "rank 1 of 3 failed: nothing works"],
    ["aborts", "rank 1 of 3 ends the run: nothing works"],
    ["exits", "rank 1 of 3 ended with exit code 3"],
  ])("end where one %s", async (what, sentence) => {
    await expect(runThreads(script, 3, { argv: [what] })).rejects.toThrow(
      new RankError(1, sentence),
    );
  });

  it("end where one leaves while others wait for it", async () => {
    await expect(runThreads(script, 3, { argv: ["leaves"] })).rejects.toThrow(
      /^rank [02] of 3 failed: rank 1 of 3 has ended, but rank [02] waits for it: all ranks must make the same calls$/,
    );
  });

  it("are refused where they make different calls", async () => {
    await expect(runThreads(script, 3, { argv: ["differs"] })).rejects.toThrow(
      /rank 0 calls allReduce\(4 float32, sum\), and rank 1 calls allReduce\(5 float32, sum\)$/,
    );
  });

  it("are at least one", async () => {
    await expect(runThreads(script, 0)).rejects.toThrow(
      "runThreads: size must be a whole number, 1 or more, not 0",
    );
  });
});

const startNode = (
  implementation: Implementation,
  ranks: number,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) => startRanks(implementation, ranks, [process.execPath, ...words], environment);

/** Whether a process runs. One that has ended, and whose parent has too, may stay in the list where nobody asks for it. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" });
  return /^[^Z]/.test(stdout.trim());
}

/** Waits until something is there. */
async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.each(implementations)("ranks of %s", (implementation: Implementation) => {
  it.each([1, 2, 3, 4])("%i pass the suite", async (size) => {
    const { folder, said } = hearing(size);
    const { code, output } = await startNode(implementation, size, [script, "suite", folder]).ended;
    expect(output).toBe("");
    expect(code).toBe(0);
    const transport = expect.stringMatching(new RegExp(`^${implementation} \\d+\\.\\d+`));
    expect(said()).toEqual(Array(size).fill({ transport, size, passed: checkNames }));
  });

  it("pass it where every way is gone in many steps", async () => {
    const { folder, said } = hearing(3);
    const { output } = await startNode(implementation, 3, [script, "small", folder]).ended;
    expect(output).toBe("");
    expect(said()).toEqual(Array(3).fill({ passed: checkNames }));
  });

  it.each([
    ["throws", "rank 1 of 3 ended with exit code 1, which ends the run"],
    ["aborts", "rank 1 of 3 ends the run: nothing works"],
    ["exits", "rank 1 of 3 ended with exit code 3, which ends the run"],
  ])("end where one %s", async (what, sentence) => {
    let output = "";
    // A launcher may drop what ranks have just written when it ends them, where the machine is slow.
    for (let tries = 0; tries < 5 && !output.includes(sentence); tries++) {
      const ended = await startNode(implementation, 3, [script, what]).ended;
      expect(ended.code).not.toBe(0);
      ({ output } = ended);
    }
    expect(output).toContain(sentence);
  });

  it("end where one is killed, and leave nobody behind", async () => {
    const { folder, said } = hearing(3);
    const { ended } = startNode(implementation, 3, [script, "talk", folder]);
    const pids = await until(() => {
      try {
        return (said() as { pid: number }[]).map(({ pid }) => pid);
      } catch {
        return undefined;
      }
    });
    process.kill(pids[1]!, "SIGKILL");
    const { code } = await ended;
    expect(code).not.toBe(0);
    await until(() => (pids.some(isAlive) ? undefined : true));
  });

  it("keep the traps of WebAssembly", async () => {
    const { folder, said } = hearing(1);
    await startNode(implementation, 1, [script, "trap", folder]).ended;
    expect(said()).toEqual([{ message: "memory access out of bounds" }]);
  });
});

describe("a rank that cannot begin", () => {
  /** What is written by a program that believes to be a rank of MPI. */
  const complaint = (environment: Readonly<Record<string, string>>, program = script): string =>
    spawnSync(process.execPath, [program, "suite"], {
      env: { ...process.env, PMI_SIZE: "2", ...environment },
      encoding: "utf8",
    }).stderr;

  it("says that koffi is missing", () => {
    const lonely = join(folder, "..", `${basename(folder)}.mjs`);
    copyFileSync(script, lonely);
    expect(complaint({}, lonely)).toMatch(
      /CommunicatorError: MPI needs the package koffi, which cannot be loaded \(.*koffi.*\); install it: npm install koffi/s,
    );
    rmSync(lonely);
  });

  it("says that the library is missing", () => {
    expect(complaint({ GRADUS_MPI_LIBRARY: "/nowhere/libmpi.so" })).toMatch(
      /CommunicatorError: no library of MPICH was found \(\/nowhere\/libmpi\.so: .*\); install it \(Debian, Ubuntu: sudo apt-get install mpich;/,
    );
  });

  it("says that it is not a library of MPI", () => {
    expect(complaint({ GRADUS_MPI_LIBRARY: "libm.so.6" })).toContain("(libm.so.6: ");
  });

  it("says that mpirun and the library do not belong together", async () => {
    const other = { GRADUS_MPI_LIBRARY: "libmpi.so.40" };
    const { output, code } = await startNode("MPICH", 2, [script, "suite", folder], other).ended;
    expect(output).toMatch(
      /CommunicatorError: MPICH's mpirun started 2 ranks, but Open MPI [\d.]+ finds only one: use the library that belongs to this mpirun/,
    );
    expect(code).not.toBe(0);
  });
});
