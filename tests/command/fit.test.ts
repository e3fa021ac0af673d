/** `gradus fit`, as it is built. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { gradus, temporaryFolder } from "./gradus.ts";

describe("gradus fit", () => {
  it("fits a file, prints the parameters and writes a report where it says", async () => {
    const folder = temporaryFolder();
    const line = (x: number) => `${x},${2 * Math.exp(-0.5 * x) + 1}`;
    writeFileSync(join(folder, "data.csv"), ["x,y", ...[0, 1, 2, 3, 4, 5].map(line)].join("\n"));
    const words = ["fit", "data.csv", "a * exp(-b * x) + c", "--start", "a=1,b=0.1,c=0"];
    const { code, stdout, stderr } = await gradus(words, folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\na +2\.0+ .*\nb +0\.50+ .*\nc +1\.0+ /);
    const [, report] = /Report: (file:\S+)/.exec(stdout)!;
    expect(existsSync(fileURLToPath(report!))).toBe(true);
  });

  it("shows where a model is wrong", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "data.csv"), "1,2\n2,3\n");
    const { code, stderr } = await gradus(
      ["fit", "data.csv", "a * epx(x)", "--start", "a=1"],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      "gradus: the model, column 5: unknown function `epx`; did you mean `exp`?\n  a * epx(x)\n      ^^^\n",
    );
  });
});
