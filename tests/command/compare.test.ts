import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../cli/src/report/comparison.ts";
import { gradus, start, taskPath, temporaryFolder } from "./gradus.ts";

const bowl = taskPath("bowl.mjs");
const compare = (...words: string[]) => ["compare", bowl, "--optimizers", "sgd,adam", ...words];

const read = (path: string): Comparison => JSON.parse(readFileSync(path, "utf8"));

/** A comparison without what a clock says. */
const timeless = ({ runs, date, seconds, timing, command, ...rest }: Comparison) => ({
  ...rest,
  runs: runs.map(({ seconds: _, ...run }) => run),
});

describe("gradus compare", () => {
  it("prints a table and writes a report, with its data beside it", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await gradus(compare(), cwd);
    expect(code).toBe(0);
    const [folder, ...others] = readdirSync(join(cwd, "runs"));
    expect(others).toEqual([]);
    expect(folder).toMatch(/^bowl-\d{4}-\d\d-\d\d-\d{6}$/);
    const report = join(cwd, "runs", folder!, "report.html");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(`Report: ${pathToFileURL(report).href}`);
    expect(readFileSync(report, "utf8")).toContain("A noisy bowl");
    expect(stdout).toMatch(/^optimizer +lr +final training squared distance +over seeds +distance/);
    expect(stdout).toMatch(/\nadam +0\.1 /);
    expect(stdout).toMatch(/\nsgd +0\.1 /);
    expect(stderr).toMatch(/^\[1\/6\] .*, lr 0\.1, seed 1: loss /);
    expect(stderr).toMatch(/6 runs in [\d.]+ seconds\.\n$/);
  });

  it("records each run: curves, seeds and the end", async () => {
    const cwd = temporaryFolder();
    await gradus(compare("--out", "mine.html", "--seeds", "2", "--steps", "300"), cwd);
    const { runs, task, algorithms, findings } = read(join(cwd, "mine.json"));
    expect(task).toMatchObject({ name: "bowl", parameters: 8, steps: 300, batch: 4 });
    expect(runs.map(({ optimizer, seed }) => `${optimizer} ${seed}`)).toEqual([
      "sgd 1",
      "adam 1",
      "sgd 2",
      "adam 2",
    ]);
    for (const run of runs) {
      expect(run.steps).toEqual([1, ...Array.from({ length: 100 }, (_, i) => 3 * (i + 1))]);
      expect(run.metricSteps).toEqual(Array.from({ length: 20 }, (_, i) => 15 * (i + 1)));
      expect([run.loss.length, run.seconds.length, run.metric.length]).toEqual([101, 101, 20]);
      expect(run.seconds).toEqual(run.seconds.toSorted((a, b) => a - b));
      expect(run.finalLoss).toBe(run.loss.at(-1));
      expect(run.finalMetric).toBe(run.metric.at(-1));
      expect(run.loss.at(-1)!).toBeLessThan(run.loss[0]! / 3);
    }
    expect(algorithms.map(({ name, stateBytesPerParameter: bytes }) => [name, bytes])).toEqual([
      ["sgd", 0],
      ["adam", 8],
    ]);
    // The paper has figures of other problems.
    expect(findings).toEqual([]);
  });

  it("finds the same whatever the number of threads", async () => {
    const results = await Promise.all(
      ["1", "3"].map(async (jobs) => {
        const { stdout } = await gradus(compare("--json", "--jobs", jobs));
        return timeless(JSON.parse(stdout));
      }),
    );
    expect(results[0]).toEqual(results[1]);
    expect(results[0]!.runs).toHaveLength(6);
  });

  it("prints nothing but JSON with --json, whatever the task prints", async () => {
    const cwd = temporaryFolder();
    const words = compare("--json", "--out", "mine.html", "--set", "chatter=true", "--steps", "3");
    const { code, stdout, stderr } = await gradus(words, cwd);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(read(join(cwd, "mine.json")));
    expect(stderr).toContain("chatter");
    expect(stderr).toContain("Report: file://");
  });

  it("says nothing but the result with --quiet", async () => {
    const { stdout, stderr } = await gradus(compare("--quiet", "--optimizers", "sgd,momentum"));
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^optimizer/);
  });

  it("takes learning rates: one for all, some, tuned ones and defaults", async () => {
    const ratesOf = async (...words: string[]) => {
      const { stdout, stderr } = await gradus([
        ...["compare", bowl, "--json", "--seeds", "1", "--steps", "5", ...words],
      ]);
      const { runs }: Comparison = JSON.parse(stdout);
      return { rates: runs.map(({ optimizer, lr }) => [optimizer, lr]), stderr };
    };
    const list = ["--optimizers", "sgd,momentum,adam(beta2=0.99),adagrad(lr=0.7)"];
    const { rates, stderr } = await ratesOf(...list);
    expect(rates).toEqual([
      ["sgd", 0.1],
      ["momentum", 0.01],
      ["adam(beta2=0.99)", 0.1],
      ["adagrad(lr=0.7)", 0.7],
    ]);
    expect(stderr).toContain(
      "no tuned learning rate for these optimizers, so their defaults are used: momentum 0.01.",
    );
    expect((await ratesOf(...list, "--lr", "0.5")).rates.map(([, lr]) => lr)).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
    const some = "sgd=2e-2,adam(beta2=0.99)=3e-3";
    expect((await ratesOf(...list, "--lr", some)).rates.map(([, lr]) => lr)).toEqual([
      0.02, 0.01, 0.003, 0.7,
    ]);
  });

  it("compares chains", async () => {
    const rule = "clipByGlobalNorm(0.1)+adam+ema";
    const { stdout } = await gradus(["compare", bowl, "--optimizers", `adam,${rule}`, "--json"]);
    const { runs, algorithms }: Comparison = JSON.parse(stdout);
    expect(algorithms[1]).toMatchObject({ name: rule, stateBytesPerParameter: 12, passes: 2 });
    expect(algorithms[1]!.hyperparameters).toMatchObject({ "clipByGlobalNorm.maxNorm": 0.1 });
    expect(runs.every(({ diverged }) => !diverged)).toBe(true);
  });

  it("records a run that diverges, and goes on", async () => {
    const { code, stdout } = await gradus(compare("--lr", "sgd=1000", "--json"));
    expect(code).toBe(0);
    const { runs }: Comparison = JSON.parse(stdout);
    for (const run of runs.filter(({ optimizer }) => optimizer === "sgd")) {
      expect(run).toMatchObject({ diverged: true, finalLoss: null, finalMetric: null });
      expect(run.loss.every(Number.isFinite)).toBe(true);
      expect(run.steps.at(-1)).toBeLessThan(200);
    }
    expect(runs.filter(({ diverged }) => !diverged).map(({ optimizer }) => optimizer)).toEqual([
      "adam",
      "adam",
      "adam",
    ]);
  });

  it("runs a task in TypeScript that imports gradus", async () => {
    const example = new URL("../../examples/my-task.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await gradus(["compare", example, "--optimizers", "sgd,adam"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/\nadam /);
  });

  it("says before it trains that the report cannot be written", async () => {
    const { code, stderr } = await gradus(compare("--out", `${taskPath("bowl.mjs")}/a.html`));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gradus: .*a\.html cannot be written: .*\n$/);
  });
});

describe("gradus compare --sweep", () => {
  it("takes the best rate of a grid that has it in the middle, and records it", async () => {
    const cwd = temporaryFolder();
    const words = ["--sweep", "--record", "deep/rates.json", "--json", "--seeds", "2"];
    const { code, stdout } = await gradus(
      ["compare", bowl, "--optimizers", "sgd,adam,momentum", ...words],
      cwd,
    );
    expect(code).toBe(0);
    const { runs, learningRates }: Comparison = JSON.parse(stdout);
    const record = JSON.parse(readFileSync(join(cwd, "deep/rates.json"), "utf8"));
    expect(record).toMatchObject({ seeds: [1001, 1002], steps: 200 });
    expect(learningRates).toBe(
      "Chosen by the sweep on seeds 1001 and 1002, none of which is compared.",
    );
    for (const { seed, sweep } of runs) expect([1001, 1002].includes(seed)).toBe(sweep);
    const compared = runs.filter(({ sweep }) => !sweep);
    expect(compared.map(({ optimizer, lr, seed }) => [optimizer, lr, seed])).toEqual(
      [1, 2].flatMap((seed) =>
        ["sgd", "adam", "momentum"].map((name) => [name, record.rates[name].lr, seed]),
      ),
    );
    expect(record.command).toContain("--sweep --record deep/rates.json");
    expect(Object.keys(record.rates)).toEqual(["sgd", "adam", "momentum"]);
    for (const { lr, finalLoss } of Object.values<{
      lr: number;
      finalLoss: Record<string, number | null>;
    }>(record.rates)) {
      const losses = Object.entries(finalLoss).map(([rate, loss]) => ({
        rate: Number(rate),
        loss: loss ?? Infinity,
      }));
      const best = losses.toSorted((a, b) => a.loss - b.loss)[0]!;
      expect(lr).toBe(best.rate);
      expect(Math.min(...losses.map(({ rate }) => rate))).toBeLessThan(lr);
      expect(Math.max(...losses.map(({ rate }) => rate))).toBeGreaterThan(lr);
    }
  });
});

describe("Ctrl-C", () => {
  const slow = (...words: string[]) =>
    compare("--steps", "100", "--jobs", "1", "--out", "mine.html", ...words);

  it("keeps the runs that are finished", async () => {
    const cwd = temporaryFolder();
    const running = start(slow("--set", "pause=10"), cwd);
    await running.said("[2/6]");
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/\nadam +0\.1 /);
    expect(stderr).toMatch(
      /Stopped: 2 of 6 runs were finished; the report has those\. The others: gradus compare --resume mine\.run --task \S+ --out mine\.html\n$/,
    );
    expect(read(join(cwd, "mine.json")).runs.map(({ seed }) => seed)).toEqual([1, 1]);
    expect(existsSync(join(cwd, "mine.html"))).toBe(true);
  });

  it("writes nothing when nothing is finished, and no half of a record", async () => {
    const cwd = temporaryFolder();
    const settings = ["--set", "pause=1000", "--set", "chatter=true"];
    const words = ["compare", bowl, "--sweep", "--record", "rates.json", ...settings];
    const running = start(words, cwd);
    await running.said("chatter");
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(cwd, { recursive: true })).toEqual([]);
  });
});
