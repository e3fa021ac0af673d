/** Whatever was trained, no sentence of a report contradicts its charts or its table. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Curve } from "../../../charts/figure.ts";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { runs } from "../../../tests/support/properties.ts";
import { findingsOf } from "../compare/findings.ts";
import type { Comparison, Run } from "./comparison.ts";
import { figuresOf } from "./figures.ts";
import { pageOf } from "./page.ts";
import { summaryOf } from "./summary.ts";

const names = ["adam", "sgd", "adagrad", "rmsprop", "adadelta", "momentum"];

/** What a run does at a point: it multiplies its loss, ends, or has no number there. */
const factor = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0.7, max: 1.1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 3, 1e12) },
);

interface Drawn {
  readonly factors: readonly number[];
  /** Where it diverges, as a fraction of its points; 1 or more means never. */
  readonly end: number;
  /** Where its loss is missing, although it did not diverge. */
  readonly hole: number;
  readonly pace: number;
}

function runOf(optimizer: string, seed: number, every: number, start: number, drawn: Drawn): Run {
  const { factors, end, hole, pace } = drawn;
  const losses = [start];
  for (const each of factors) losses.push(losses.at(-1)! * each);
  const diverged = end < 1;
  const loss = losses.slice(0, diverged ? Math.floor(end * losses.length) : losses.length);
  if (hole < loss.length) loss[hole] = Number.NaN;
  const steps = loss.map((_, i) => (i === 0 ? 1 : i * every + 1));
  const last = loss.at(-1) ?? Number.NaN;
  return {
    ...{ optimizer, algorithm: optimizer, lr: 0.1, seed, steps, loss, diverged, sweep: false },
    seconds: steps.map((step) => (step - 1) * pace),
    metricSteps: steps,
    metric: loss.map((value) => 1 / (1 + Math.abs(value))),
    finalLoss: diverged || Number.isNaN(last) ? null : last,
    finalMetric: diverged ? null : 1 / (1 + Math.abs(last)),
    made: steps.at(-1) ?? 0,
  };
}

const comparisons = fc
  .record({
    optimizers: fc.shuffledSubarray(names, { minLength: 1 }),
    seeds: fc.integer({ min: 1, max: 4 }),
    points: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 12 }) },
      { weight: 1, arbitrary: fc.constant(310) },
    ),
    every: fc.constantFrom(1, 5),
    start: fc.constantFrom(2.3, 1e-3, -1),
    /** A stopped comparison lacks some runs of its last seed. */
    missing: fc.nat({ max: 2 }),
    /** The number of optimizers with the same runs as the first. */
    equal: fc.nat({ max: 2 }),
  })
  .chain((shape) => {
    const { optimizers, seeds, points } = shape;
    const drawn = fc.record({
      factors: fc.array(factor, { minLength: points, maxLength: points }),
      end: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1 })),
      hole: fc.oneof({ weight: 6, arbitrary: fc.constant(1000) }, fc.nat({ max: 12 })),
      pace: fc.constantFrom(0.01, 1),
    });
    const count = optimizers.length * seeds;
    return fc.array(drawn, { minLength: count, maxLength: count }).map((all): Comparison => {
      const runs = all.map((each, i) => {
        const [seed, at] = [Math.floor(i / optimizers.length), i % optimizers.length];
        const same = at <= shape.equal ? all[seed * optimizers.length]! : each;
        const start = shape.start * (1 + seed / 50);
        return runOf(optimizers[at]!, seed + 1, shape.every, start, same);
      });
      const made = Math.max(1, runs.length - (seeds > 1 ? shape.missing : 0));
      const comparison = { ...comparisonFixture(), runs: runs.slice(0, made), algorithms: [] };
      return { ...comparison, findings: findingsOf(comparison) };
    });
  });

const numberIn = (text: string) => Number(text.replaceAll(",", "").replace("−", "-"));

const namesIn = (text: string) => text.split(/, | and /);

/** The chart's curves by name; an optimizer without a curve has an empty one. */
function curvesOf(comparison: Comparison): ReadonlyMap<string, Curve> {
  const { series, figures } = figuresOf(comparison);
  const chart = figures.find(({ id }) => id === "loss-steps");
  const empty = { x: [], median: [], low: [], high: [], series: 0, chosen: -1 };
  return new Map(series.map(({ label }, i) => [label, chart?.curves[i] ?? empty]));
}

const values = ({ median }: Curve): readonly number[] => median.map((value) => value!);

/** The step at which a reader of the chart sees the curve reach a loss. */
const seen = (curve: Curve, loss: number): number | undefined =>
  curve.x[values(curve).findIndex((value) => value <= loss)];

const check = (property: (comparison: Comparison) => void) =>
  fc.assert(fc.property(comparisons, property), { ...runs(25), endOnFailure: true });

describe("a report", () => {
  it("counts steps to a target where its chart shows them, and nowhere else", () => {
    check((comparison) => {
      const curves = curvesOf(comparison);
      const { standfirst, rows, target } = summaryOf(comparison);
      const said = /of (\S+), (.*?)\.(?= |$)/.exec(standfirst);
      expect(said === null).toBe(target === null);
      if (said === null) return;
      const goal = numberIn(said[1]!);
      const counts = new Map(
        namesIn(said[2]!).map((each) => {
          const [, name, count] = /^(\w+)(?: needed |\u00a0)([\d,]+)/.exec(each)!;
          return [name!, numberIn(count!)];
        }),
      );
      const listed = (pattern: RegExp) => namesIn(pattern.exec(standfirst)?.[1] ?? "");
      const missed = listed(/Not reached by ([^.]*)/);
      const diverged = listed(/Diverged: ([^.]*)/);
      expect(counts.size).toBeGreaterThan(0);
      for (const { label, finalLoss, stepsToTarget } of rows) {
        const curve = curves.get(label)!;
        expect(counts.get(label) ?? null, standfirst).toBe(stepsToTarget);
        expect(diverged.includes(label)).toBe(finalLoss === null);
        if (finalLoss === null) continue;
        expect(counts.get(label), standfirst).toBe(seen(curve, goal));
        expect(missed.includes(label)).toBe(!counts.has(label));
        // The loss of the first step is that of the untrained weights.
        if (counts.has(label)) expect(counts.get(label)).toBeGreaterThan(1);
      }
    });
  });

  it("has a target if two can be compared, and one of them made progress", () => {
    check((comparison) => {
      const curves = curvesOf(comparison);
      const { rows, target, standfirst } = summaryOf(comparison);
      const able = rows
        .filter(({ label, finalLoss }) => finalLoss !== null && curves.get(label)!.x.length > 1)
        .map(({ label }) => values(curves.get(label)!));
      const starts = able.map(([start]) => start!);
      const start = Math.min(...starts);
      // By more than four digits can show.
      const got = able.filter((each) => start - Math.min(...each) > 2e-3 * Math.abs(start));
      if (able.length < 2) expect(target).toBeNull();
      else if (got.length === able.length) expect(target).not.toBeNull();
      if (target !== null) expect(target).toBeLessThan(start);
      if (target === null && got.length > 0) expect(standfirst).toBe("");
    });
  });

  it("names the lowest first, and one alone only if the bands of its chart are apart", () => {
    check((comparison) => {
      const curves = curvesOf(comparison);
      const { headline, rows, seeds } = summaryOf(comparison);
      const said = /^(?:On one seed )?(.*?) (tie for|ended with) the lowest/.exec(headline);
      const drawn = figuresOf(comparison).figures.some(({ id }) => id === "loss-steps");
      if (said === null || !drawn) return;
      const best = namesIn(said[1]!);
      expect(said[2]).toBe(best.length > 1 ? "tie for" : "ended with");
      expect(headline.includes("other seeds")).toBe(seeds === 1);
      const ended = rows.filter(({ finalLoss }) => finalLoss !== null);
      const endOf = (label: string) => {
        const { low, median, high } = curves.get(label)!;
        return { low: low.at(-1)!, median: median.at(-1)!, high: high.at(-1)! };
      };
      const first = endOf(best[0]!);
      const room = 1e-3 * Math.abs(first.median);
      for (const { label, divergedSeeds } of ended) {
        const end = endOf(label);
        expect(end.median, headline).toBeGreaterThan(first.median - room);
        // If a seed was lost, the band has no upper end.
        const lost = ended[0]!.divergedSeeds > 0 || divergedSeeds > 0;
        if (!best.includes(label)) expect(end.low, headline).toBeGreaterThan(first.high - room);
        else if (!lost) expect(end.low, headline).toBeLessThan(first.high + room);
      }
    });
  });

  it("counts in its findings what its chart shows, for optimizers that did not diverge", () => {
    check((comparison) => {
      const curves = curvesOf(comparison);
      const rows = new Map(summaryOf(comparison).rows.map((row) => [row.label, row]));
      const text = comparison.findings.join(" ");
      const counts = text.matchAll(/\(to (\S+): adam ([\d,]+) steps?, (\w+) ([\d,]+) steps?\)/g);
      for (const [, loss, own, rival, other] of counts) {
        for (const [label, count] of [
          ["adam", own],
          [rival!, other],
        ] as const) {
          const curve = curves.get(label)!;
          expect(rows.get(label)!.diverged).toBe(false);
          expect(numberIn(count!), text).toBe(seen(curve, numberIn(loss!)));
          expect(numberIn(count!), text).toBeGreaterThan(1);
        }
      }
      const holds = /figures holds: (.*?)\.(?= [A-Z]|$)/.exec(text)?.[1] ?? "";
      for (const [, own, other] of holds.matchAll(/adam ([\d,]+) steps?, \w+ ([\d,]+)/g)) {
        expect(numberIn(own!)).toBeLessThanOrEqual(numberIn(other!));
      }
      const fails = /does not hold here: (.*?)\.(?= [A-Z]|$)/.exec(text)?.[1] ?? "";
      for (const [, own, other] of fails.matchAll(/adam ([\d,]+) steps?, \w+ ([\d,]+)/g)) {
        expect(numberIn(own!)).toBeGreaterThan(numberIn(other!));
      }
    });
  });

  it("never goes back in time, and has a number everywhere", () => {
    check((comparison) => {
      for (const { curves } of figuresOf(comparison).figures) {
        for (const { x, low, median, high } of curves) {
          expect(x).toEqual(x.toSorted((a, b) => a - b));
          median.forEach((value, i) => {
            expect(low[i]!).toBeLessThanOrEqual(value!);
            expect(high[i]!).toBeGreaterThanOrEqual(value!);
          });
        }
      }
    });
    fc.assert(
      fc.property(comparisons, (comparison) => {
        const page = pageOf(comparison, { script: "", style: "" });
        expect(page.replaceAll("stroke-dasharray", "")).not.toMatch(/NaN|undefined|Infinity/);
      }),
      runs(30),
    );
  });

  it("has the same numbers for any order of its optimizers", () => {
    check((comparison) => {
      const turned = { ...comparison, runs: comparison.runs.toReversed() };
      const facts = (of: Comparison) =>
        summaryOf(of)
          .rows.map(({ series: _, ...row }) => row)
          .toSorted((a, b) => a.label.localeCompare(b.label));
      expect(facts(turned)).toEqual(facts(comparison));
      expect(summaryOf(turned).target).toBe(summaryOf(comparison).target);
    });
  });
});
