/** `gradus minimize`, as it is built. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectMistake, gradus } from "./gradus.ts";

describe("gradus minimize", () => {
  it("prints what each method has found, and writes a report where it says", async () => {
    const { code, stdout } = await gradus(["minimize", "rosenbrock"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nlbfgs .* 48 {2}converged: /);
    expect(stdout).toMatch(/\nadam at 0\.316 .* converged: /);
    const [, report] = /Report: (file:\S+)/.exec(stdout)!;
    expect(existsSync(fileURLToPath(report!))).toBe(true);
  });

  it("takes a formula, and says what is missing", async () => {
    const formula = "(a - 1)^2 + cosh(b)";
    expectMistake(
      await gradus(["minimize", formula]),
      "--start is missing: give each unknown an initial value, as in --start a=1,b=1",
    );
    const words = ["minimize", formula, "--start", "a=3,b=-2", "--methods", "bfgs(search=zoom)"];
    const { code, stdout } = await gradus([...words, "--json", "--quiet"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).methods[0]).toMatchObject({ converged: true });
  });
});
