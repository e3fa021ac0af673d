/** Ranks of `outer` that are killed while they save: there is always a whole checkpoint, and any number of ranks goes on from it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runThreads } from "../../../src/distributed/index.ts";
import { createRandom } from "../../../src/tasks/random.ts";
import { implementations } from "../mpirun.ts";
import { bundleProgram } from "../programs.ts";
import { type Ending, killWhileSaving } from "./outerKills.ts";
import { every, trainedCalls } from "./outerTraining.ts";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-killed-"));
  script = await bundleProgram(folder, "checkpoints/outerProgram.ts");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kept = [trainedCalls - 1, trainedCalls].map(
  (step) => `${String(step).padStart(6, "0")}-step-${step}.safetensors`,
);

describe.each(implementations)("%s", (implementation) => {
  it("as many ranks come to the same bits as ones that nobody disturbs", async () => {
    const whole = mkdtempSync(join(folder, "whole-"));
    await runThreads(script, 2, { argv: ["train", whole, "large"] });
    const expected = [0, 1].map((rank) =>
      JSON.parse(readFileSync(join(whole, `train.2.${rank}.json`), "utf8")),
    ) as Ending[];
    const random = createRandom(1);
    const two = () => 2;
    const { endings, names } = await killWhileSaving(
      ...([implementation, script, folder, two, 3, random] as const),
    );
    const bits = ({ from: _, ...each }: Ending) => each;
    expect(endings.map(bits)).toEqual(expected.map(bits));
    expect(endings[0]!.from).toBeGreaterThan(0);
    expect(names).toEqual(kept);
  });

  it("another number of ranks each time goes on to the end", async () => {
    const random = createRandom(2);
    const ranksOf = (start: number) => [3, 1, 2][start % 3]!;
    const { endings } = await killWhileSaving(
      ...([implementation, script, folder, ranksOf, 3, random] as const),
    );
    for (const { outerSteps, steps, shared, sums } of endings) {
      expect([outerSteps, steps]).toEqual([trainedCalls / every, trainedCalls]);
      // Behind an outer step all have the same weights.
      expect([shared, sums]).toEqual([endings[0]!.shared, endings[0]!.sums]);
    }
  });
});
