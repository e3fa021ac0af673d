import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { writeTable } from "./table.ts";

const fixture = comparisonFixture();
const chained = "clipByGlobalNorm(maxNorm=0.5)+adamw(weightDecay=0.1,beta2=0.95)+ema(0.99)";
const labels = [...new Set(fixture.runs.map(({ optimizer }) => optimizer))];
const comparison = {
  ...fixture,
  runs: fixture.runs.map((run) =>
    run.optimizer === labels[0] ? { ...run, optimizer: chained } : run,
  ),
};

function written(width?: number): string[] {
  const lines: string[] = [];
  writeTable(comparison, (line) => lines.push(line), width);
  return lines;
}

describe("the table", () => {
  it("has a line for each optimizer if there is room", () => {
    const [head, ...rows] = written();
    expect(head).toMatch(/^optimizer +lr +final/);
    for (const label of [chained, ...labels.slice(1)]) {
      expect(rows.filter((row) => row.startsWith(`${label} `))).toHaveLength(1);
    }
  });

  it("has the same cells below each other if there is not", () => {
    const narrow = written(60);
    expect(narrow.filter((line) => line.length > 60)).toEqual([]);
    const text = narrow.join("\n");
    expect(text.replace(/\n/g, "")).toContain(chained);
    for (const label of labels.slice(1)) expect(narrow).toContain(label);
    const wide = written();
    for (const cell of wide
      .slice(1, 1 + labels.length)
      .flatMap((row) => row.split(/ {2,}/))
      .slice(1)) {
      expect(text.replace(/\n/g, "")).toContain(cell);
    }
    // The findings break between words.
    expect(narrow.slice(narrow.lastIndexOf("")).join(" ").trim()).toBe(fixture.findings.join(" "));
  });
});
