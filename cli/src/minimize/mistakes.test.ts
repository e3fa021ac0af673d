/** What `gradus minimize` says to mistakes. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reporting } from "../typed.ts";

const { pathTo, reported: minimizing } = reporting("minimize");

/** What is typed, and what is said. */
const mistakes: readonly (readonly [readonly string[], string])[] = [
  [["rosenbrok"], "there is no function `rosenbrok`; did you mean `rosenbrock`?"],
  [["valley"], "there is no function `valley`; write a formula, or one of rosenbrock, beale"],
  [["x^2 + y^2"], "--start is missing: give each unknown an initial value, as in --start x=1,y=1"],
  [
    ["x^2 + y^2", "--start", "x=1"],
    "the function, column 7: unknown name `y`: give it an initial value, --start y=1\n  x^2 + y^2\n        ^",
  ],
  [["x^2 + 1", "--start", "x=1,y=1"], "--start: the function has no unknown `y`"],
  [
    ["x^2 + epx(y)", "--start", "x=1,y=1"],
    "the function, column 7: unknown function `epx`; did you mean `exp`?\n  x^2 + epx(y)\n        ^^^",
  ],
  [["x^2 +", "--start", "x=1"], "the function, column 6: "],
  [["1 + 2"], "the function has no unknowns; it is a constant"],
  [["rosenbrock", "--start", "x=1"], "--start: `y` needs a number too, as in x=-1.2,y=1"],
  [
    ["rosenbrock", "--start", "x=1,y=2,z=3"],
    "--start: Rosenbrock's function has no unknown `z`; it has x and y",
  ],
  [["rosenbrock", "--start", "x=1,y=big"], '--start: `y` must be a number, not "big"'],
  [["booth", "--methods", ""], "--methods: the list is empty"],
  [["booth", "--methods", "lbfgs,lbfgs"], "--methods: lbfgs is listed twice"],
  [["booth", "--methods", "lbgfs"], "there is no method `lbgfs`; did you mean `lbfgs`?"],
  [["booth", "--methods", "adan(beta9=1)"], "beta9"],
  [["booth", "--methods", "powell"], "there is no optimizer or transform `powell`"],
  [
    ["booth", "--methods", "lbfgs(memory=many)"],
    '`memory` must be a number, true or false, not "many"',
  ],
  [["booth", "--methods", "lbfgs(memory=0)"], "memory"],
  [["booth", "--methods", "lbfgs(5)"], "lbfgs(5): options are written as name=value"],
  [["booth", "--methods", "lbfgs(size=5)"], "size"],
  [["booth", "--methods", "bfgs(search=zom)"], "there is no search `zom`; did you mean `zoom`?"],
  [
    ["booth", "--methods", "clipByGlobalNorm(1)"],
    "changes no parameter; join it with an optimizer by +",
  ],
  [["booth", "--methods", "lbfgs", "--lr", "0.1"], "--lr: lbfgs has no learning rate"],
  [
    ["booth", "--methods", "adam", "--lr", "-1"],
    '--lr: a learning rate must be a number above 0, not "-1"',
  ],
  [
    ["booth", "--methods", "adam,sgd", "--lr", "adan=1"],
    "--lr: `adan` is not compared; did you mean `adam`?",
  ],
  [
    ["booth", "--bounds", "x=0..1"],
    "--bounds: lbfgs and adam do not support bounds; use --methods lbfgsb,nelderMead",
  ],
  [
    ["booth", "--methods", "lbfgsb", "--bounds", "z=0..1"],
    "--bounds: there is no unknown `z`; the unknowns are x, y",
  ],
  [
    ["booth", "--methods", "lbfgsb", "--bounds", "x=2..1"],
    "--bounds: `x` cannot be between 2 and 1",
  ],
  [["booth", "--evaluations", "0"], '--evaluations must be a whole number, 1 or more, not "0"'],
];

describe("mistakes", () => {
  it.each(mistakes)("%j: %s", async (words, message) => {
    const { code, stdout, stderr } = await minimizing(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("are said of a report that is no report", async () => {
    const kept = pathTo("mine.html");
    writeFileSync(kept, "mine");
    const refused = await minimizing("booth", "--out", kept);
    expect(refused.stderr).toContain("a file that is not a report of gradus");
    expect(readFileSync(kept, "utf8")).toBe("mine");
  });
});
