import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure } from "../../../charts/figure.ts";
import { plotOf } from "../../../charts/plot.ts";
import { neighbourOf, placeOf, readingsAt } from "../../../charts/reading.ts";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { figuresOf } from "./figures.ts";

const { figures, series } = figuresOf(comparisonFixture());
const [lossSteps, , , sweep] = figures;
const NONE: ReadonlySet<number> = new Set();

const plot = (figure = lossSteps!, hidden = NONE, width = 1000) =>
  plotOf(figure, series, width, hidden, "overlay");
const count = (text: string, part: string) => text.split(part).length - 1;

describe("an overlay", () => {
  it("draws a line and a band for each series, and names it at its end", () => {
    const { text } = plot().markup;
    expect(count(text, 'class="line"')).toBe(8);
    expect(count(text, 'class="band"')).toBe(8);
    expect(count(text, 'class="series name"')).toBe(8);
  });

  it("names a curve that diverged at the point where it leaves the chart", () => {
    const stopped = lossSteps!.curves.map((curve) =>
      curve.series === 0 ? { ...curve, x: [0, 10, 20], median: [2.3, 2.9, 1e9] } : curve,
    );
    const { markup, layouts } = plot({ ...lossSteps!, curves: stopped });
    const name = /data-series="0"[^>]*><text class="halo" x="([0-9.]+)" y="([0-9.]+)"/;
    const [, x, y] = name.exec(markup.text)!.map(Number);
    expect(x).toBeCloseTo(layouts[0]!.x(20) + 8, 0);
    expect(y).toBe(layouts[0]!.top + 8);
    expect(count(markup.text, 'class="tie"')).toBe(7);
  });

  it("leaves a hidden series out, and scales to the others", () => {
    const [all] = plot().layouts;
    const [some] = plot(lossSteps!, new Set([6, 7])).layouts;
    expect(plot(lossSteps!, new Set([6])).markup.text).not.toContain('data-series="6"');
    expect(some!.y.domain()[0]).toBeGreaterThan(all!.y.domain()[0]!);
  });

  it("draws nothing outside of its axes", () => {
    const { layouts, markup } = plot();
    const path = /class="line" d="M([^"]*)"/.exec(markup.text)![1]!;
    for (const pair of path.split("L")) {
      const [x, y] = pair.split(",").map(Number);
      expect(x).toBeGreaterThanOrEqual(layouts[0]!.left);
      expect(x).toBeLessThanOrEqual(layouts[0]!.right);
      expect(y).toBeGreaterThanOrEqual(layouts[0]!.top);
      expect(y).toBeLessThanOrEqual(layouts[0]!.bottom);
    }
  });

  it("has equal ratios at equal distances on its logarithmic axis", () => {
    const { y } = plot().layouts[0]!;
    expect(y(0.5) - y(1)).toBeCloseTo(y(1) - y(2), 9);
  });

  it("survives a chart with every series hidden", () => {
    const all = new Set(series.map((_, i) => i));
    expect(plot(lossSteps!, all).markup.text).not.toMatch(/NaN|undefined/);
    expect(plot(sweep!, all).markup.text).not.toMatch(/NaN|undefined/);
  });
});

describe("any figure of numbers", () => {
  const signed = fc.double({ noNaN: true, noDefaultInfinity: true });
  const place = fc.record({ x: signed.map(Math.abs), y: signed, diverged: fc.boolean() });
  const places = fc.array(place, { minLength: 1, maxLength: 4 });
  const axis = (log: boolean) => ({ label: "axis", log, format: "number" }) as const;

  it("has a drawing of numbers", () => {
    fc.assert(
      fc.property(places, fc.boolean(), fc.boolean(), fc.boolean(), (drawn, xLog, yLog, points) => {
        // A rate may be 0, although the axis of rates is logarithmic. Only points may have diverged.
        const values = drawn.map(({ y, diverged }) =>
          points && diverged ? null : yLog ? Math.abs(y) || 1 : y,
        );
        const x = drawn.map((each) => each.x);
        const curve = { series: 0, x, median: values, low: values, high: values, chosen: -1 };
        const axes = { x: axis(xLog), y: axis(yLog) };
        const figure: Figure = { ...lossSteps!, ...axes, points, target: null, curves: [curve] };
        const { text } = plot({ ...figure, ceiling: null }).markup;
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});

describe("the sweep", () => {
  const { markup, layouts } = plot(sweep!);

  it("marks every rate: rings for the chosen ones, triangles at the top for those that diverged", () => {
    const points = sweep!.curves.flatMap((curve) => curve.median);
    const over = points.filter((value) => value === null).length;
    expect(over).toBeGreaterThanOrEqual(8);
    expect(count(markup.text, 'class="over"')).toBe(over);
    expect(count(markup.text, 'class="dot"')).toBe(points.length - over);
    expect(count(markup.text, 'class="chosen"')).toBe(8);
    const top = layouts[0]!.top;
    expect(markup.text).toMatch(new RegExp(`class="over" d="M[0-9.]+,${top - 5}l`));
  });

  it("shows a final loss far above the start as diverged", () => {
    const curve = sweep!.curves[0]!;
    const huge = { ...curve, median: curve.median.map((value, i) => (i === 0 ? 1e30 : value)) };
    const figure = { ...sweep!, curves: [{ ...huge, low: huge.median, high: huge.median }] };
    const one = plot(figure);
    expect(one.layouts[0]!.y.domain()[1]).toBeLessThan(10);
    const before = curve.median.filter((value) => value === null).length;
    expect(count(one.markup.text, 'class="over"')).toBe(before + 1);
  });
});

describe("small multiples", () => {
  const { markup, layouts } = plotOf(lossSteps!, series, 358, new Set([0]), "multiples");

  it("give each shown series a panel, with the others in the background", () => {
    expect(count(markup.text, '<div class="panel"')).toBe(7);
    expect(layouts.map((layout) => layout.view.focus)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(count(markup.text, 'class="series backdrop"')).toBe(7 * 6);
  });

  it("share their scales", () => {
    for (const layout of layouts) expect(layout.y.domain()).toEqual(layouts[0]!.y.domain());
  });

  it("fit two beside each other on a phone", () => {
    expect(markup.text).toContain('style="--columns:2"');
    expect(layouts[0]!.view.width * 2 + 16).toBeLessThanOrEqual(358);
  });
});

describe("reading a chart", () => {
  it("gives the nearest value of each curve, the lowest first", () => {
    const layout = plot().layouts[0]!;
    const readings = readingsAt(layout, layout.x(302));
    expect(readings).toHaveLength(8);
    expect(placeOf(layout, readings, layout.x(302))).toBe(300);
    const values = readings.map(({ curve, index }) => curve.median[index]!);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(series[readings[0]!.curve.series]!.label).toBe("adam");
  });

  it("leaves out a curve that has ended", () => {
    const seconds = figures[1]!;
    const layout = plot(seconds).layouts[0]!;
    const readings = readingsAt(layout, layout.right);
    expect(readings.map(({ curve }) => series[curve.series]!.label)).not.toContain("sgd");
    expect(readings.length).toBeGreaterThan(0);
  });

  it("reads one learning rate at a time", () => {
    const layout = plot(sweep!).layouts[0]!;
    const readings = readingsAt(layout, layout.x(0.0011));
    expect(new Set(readings.map(({ curve, index }) => curve.x[index]))).toEqual(new Set([0.001]));
  });

  it("steps through the recorded positions, and stays at the ends", () => {
    const layout = plot().layouts[0]!;
    const second = neighbourOf(layout, layout.x(10), 1);
    expect(layout.x.invert(second)).toBeCloseTo(20, 6);
    expect(layout.x.invert(neighbourOf(layout, second, -1))).toBeCloseTo(10, 6);
    expect(neighbourOf(layout, layout.right, 1)).toBe(layout.right);
  });
});
