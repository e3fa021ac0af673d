/**
 * Every exported optimizer and transform on 1 to 4 ranks comes to what one process does by the mean of their gradients: bit for bit, or,
 * where a step reduces over all parameters and each rank has a part of them, to rounding. In one thread, and by MPI.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Implementation, startRanks } from "../mpirun.ts";
import { bundleProgram } from "../programs.ts";
import { allRules, caseNames, differenceOnRank } from "./everyRule.ts";
import { onRanks } from "./training.ts";

describe.each(allRules)("%s", (_, makeRule) => {
  describe.each(caseNames)("%s", (name) => {
    test.each([1, 2, 3, 4])("on %i ranks", async (size) => {
      const differences = await onRanks(size, (ranks) => differenceOnRank(ranks, name, makeRule));
      expect(differences).toEqual(Array(size).fill(undefined));
    });
  });
});

describe("by MPI", () => {
  let folder: string;
  let script: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradus-rules-"));
    script = await bundleProgram(folder, "parallel/program.ts");
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[Implementation, number]>([
    ["Open MPI", 1],
    ["Open MPI", 2],
    ["Open MPI", 3],
    ["Open MPI", 4],
    ["MPICH", 2],
  ])("%s, %i ranks", async (implementation, ranks) => {
    const own = mkdtempSync(join(folder, "said-"));
    const { ended } = startRanks(implementation, ranks, [process.execPath, script, own]);
    const { code, output } = await ended;
    expect(code, output).toBe(0);
    for (let rank = 0; rank < ranks; rank++) {
      const said = JSON.parse(readFileSync(join(own, `${rank}.json`), "utf8"));
      expect(said).toEqual({ tried: allRules.length * caseNames.length, differences: {} });
    }
  });
});
