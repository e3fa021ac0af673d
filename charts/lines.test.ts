import { scaleLinear, scaleLog } from "d3-scale";
import { describe, expect, it } from "vitest";
import { keyMarkup } from "./key.ts";
import { barsMarkup, dotsMarkup, type LinesChart, linesChart, linesScales } from "./lines.ts";
import type { Point } from "./surface.ts";

const series = { label: "loss", color: "blue", dash: "none" };
const chartOf = (points: readonly Point[], log = false): LinesChart => ({
  ...{ id: "test", label: "Loss against steps" },
  x: { label: "step", log: false, format: "integer", domain: [0, 10] },
  y: { label: "loss", log, format: "number", domain: [1, 100] },
  lines: [{ series, points, symbol: "m" }],
});
const pathOf = (chart: LinesChart) =>
  /class="line"[^>]* d="([^"]*)"/.exec(linesChart(chart, 400, 200).text)![1]!;

describe("linesChart", () => {
  it("keeps its axes for any lines", () => {
    const ticks = (points: readonly Point[]) =>
      linesChart(chartOf(points), 400, 200).text.match(/<text.*?<\/text>/gs);
    expect(ticks([[0, 1e9]])).toEqual(ticks([[3, 4]]));
  });

  it("draws from one end of the domain to the other", () => {
    const { left, right, top, bottom } = linesScales(chartOf([]), 400, 200);
    expect(
      pathOf(
        chartOf([
          [0, 1],
          [10, 100],
        ]),
      ),
    ).toBe(`M${left},${bottom}l${right - left}${top - bottom}`);
  });

  it("interrupts a line at values that are not numbers, or have no logarithm", () => {
    const broken = (value: number, log = false) =>
      pathOf(
        chartOf(
          [
            [0, 2],
            [1, 3],
            [2, value],
            [3, 3],
            [4, 2],
          ],
          log,
        ),
      ).match(/M/g)?.length;
    expect(broken(3)).toBe(1);
    expect(broken(Number.NaN)).toBe(2);
    expect(broken(Number.POSITIVE_INFINITY)).toBe(2);
    expect(broken(0, true)).toBe(2);
    expect(broken(-1, true)).toBe(2);
  });

  it("limits values far outside to just outside", () => {
    expect(
      pathOf(
        chartOf([
          [0, 1],
          [1, 1e300],
        ]),
      ),
    ).toMatch(/-100\d{3}$/);
  });

  it("marks elements that belong to a symbol", () => {
    expect(linesChart(chartOf([[0, 1]]), 400, 200).text).toContain('class="line" data-symbol="m"');
  });
});

describe("bars and dots", () => {
  const x = scaleLinear([0, 10], [0, 100]);

  it("stand on the lower edge, and are left out if they would be invisible", () => {
    const y = scaleLinear([0, 1], [50, 0]);
    const points: Point[] = [
      [1, 0.5],
      [2, 1e-9],
      [3, Number.NaN],
    ];
    expect(barsMarkup({ color: "red", points, width: 1 }, x, y).text).toContain(
      'd="M5,50V25H15V50Z"',
    );
  });

  it("are where their values are", () => {
    const y = scaleLog([1, 100], [50, 0]);
    const points: Point[] = [
      [1, 10],
      [2, 0],
    ];
    expect(dotsMarkup({ color: "red", points }, x, y).text).toContain('d="M10,25h0"');
  });
});

describe("keyMarkup", () => {
  it("names each series next to a sample of its line, with its symbol", () => {
    const { text } = keyMarkup([
      { series: { ...series, label: "a < b" }, symbol: "v" },
      { series },
    ]);
    expect(text).toMatch(/<span data-symbol="v"><svg.*<\/svg>a &lt; b<\/span><span><svg/s);
  });
});
