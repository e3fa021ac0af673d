/** A short form of `npm run torture -- --only arguments`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "./support/properties.ts";
import { misbehaviour, publicFunctions, wildArguments } from "./support/wildArguments.ts";

it("every public function answers any arguments, or throws an error that is documented", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-wild-"));
  const before = process.cwd();
  process.chdir(folder);
  try {
    const samples = fc.sample(wildArguments, runs(150));
    const problems: string[] = [];
    for (const [name, called] of publicFunctions) {
      for (const sample of samples) {
        problems.push(...[await misbehaviour(name, called, sample)].flatMap((each) => each ?? []));
      }
    }
    expect(problems).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});
