import { expect, it } from "vitest";
import { runExample } from "../scripts/examples/run.ts";
import { problemsOf } from "./checkExamples.ts";

const example = (where: string, code: string) => ({
  ...{ where, code },
  run: () => runExample(code),
});

it("says which examples fail, and which have other results than they state", async () => {
  const problems = await problemsOf([
    example("right", "Math.sqrt(0.25); // 0.5"),
    example("untrue", "Math.sqrt(0.16); // 0.5"),
    example("failing", 'import { adam } from "gradus";\n\nadam.nothing();'),
    example("without", 'import { nothing } from "gradus";\n\nnothing();'),
  ]);
  expect(problems).toEqual([
    "untrue: `Math.sqrt(0.16)` is 0.4, and the example says 0.5",
    expect.stringMatching(/^failing: the example fails with TypeError: .*:\nimport/),
    expect.stringMatching(/^without: .* SyntaxError: "gradus" does not export nothing:\nimport/),
  ]);
});
