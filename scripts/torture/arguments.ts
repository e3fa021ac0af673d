// Calls every public function with arguments of all kinds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { misbehaviour, publicFunctions, wildArguments } from "../../tests/support/wildArguments.ts";
import { check, type Part, secondsSince } from "./part.ts";

export const argumentPart: Part = {
  name: "arguments",
  async run({ inputs, seed }, tell) {
    const start = performance.now();
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), "gradus-wild-"));
    process.chdir(folder);
    try {
      const numRuns = Math.ceil(inputs / publicFunctions.length);
      const samples = fc.sample(wildArguments, { numRuns, seed });
      for (const [name, called] of publicFunctions) {
        for (const sample of samples) {
          const problem = await misbehaviour(name, called, sample);
          check(problem === undefined, `${problem} (seed ${seed})`);
        }
      }
      check(Object.keys(Object.prototype).length === 0, "Object.prototype was changed");
      tell({
        what: `calls of ${publicFunctions.length} public functions with arguments of all kinds`,
        times: numRuns * publicFunctions.length,
        figures: `each returned, or threw an error of docs/errors.md; no prototype was changed; ${secondsSince(start)}`,
      });
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  },
};
